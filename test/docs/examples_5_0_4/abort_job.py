from __future__ import print_function
import time
import vidispine
from vidispine.rest import ApiException
from pprint import pprint
configuration = vidispine.Configuration()
# Configure HTTP basic authorization: basicAuth
configuration.username = 'YOUR_USERNAME'
configuration.password = 'YOUR_PASSWORD'

# create an instance of the API class
api_instance = vidispine.JobApi(vidispine.ApiClient(configuration))
job_id = 'job_id_example' # str | The job id.
reason = 'reason_example' # str | Reason for cancellation. (optional)
cleanup = True # bool | - `true` (default) - Run cleanup steps before aborting.  - `false` - Skip the cleanup steps, unless the job is already running.  For READY jobs this means that the job will immediately be marked as ABORTED. (optional) (default to True)

try:
    # Abort a job
    api_instance.abort_job(job_id, reason=reason, cleanup=cleanup)
except ApiException as e:
    print("Exception when calling JobApi->abort_job: %s\n" % e)

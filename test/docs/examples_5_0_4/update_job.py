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
priority = 'MEDIUM' # str | Change the job priority (optional) (default to 'MEDIUM')

try:
    # Modify a job
    api_instance.update_job(job_id, priority=priority)
except ApiException as e:
    print("Exception when calling JobApi->update_job: %s\n" % e)

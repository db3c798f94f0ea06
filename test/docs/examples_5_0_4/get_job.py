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
field = ['field_example'] # list[str] | Comma-separated list of fields to include in the result metadata. (optional)
metadata = False # bool | - `true` - Include job metadata with all jobs.  - `false` (default) - Do not include job metadata with all jobs. (optional) (default to False)

try:
    # Retrieve a job
    api_response = api_instance.get_job(job_id, field=field, metadata=metadata)
    pprint(api_response)
except ApiException as e:
    print("Exception when calling JobApi->get_job: %s\n" % e)

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
priority = 'priority_example' # str | The priority of the new job.  If no priority is specified then the priority of the existing job will be used. (optional)

try:
    # Create a duplicate job
    api_response = api_instance.create_duplicate_job(job_id, priority=priority)
    pprint(api_response)
except ApiException as e:
    print("Exception when calling JobApi->create_duplicate_job: %s\n" % e)

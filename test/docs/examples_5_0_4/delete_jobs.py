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
id = ['id_example'] # list[str] | Comma-separated list of job ids.

try:
    # Delete one or several jobs
    api_instance.delete_jobs(id)
except ApiException as e:
    print("Exception when calling JobApi->delete_jobs: %s\n" % e)

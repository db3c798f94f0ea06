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

try:
    # List all job types
    api_response = api_instance.get_job_types()
    pprint(api_response)
except ApiException as e:
    print("Exception when calling JobApi->get_job_types: %s\n" % e)

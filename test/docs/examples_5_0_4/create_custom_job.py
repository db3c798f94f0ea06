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
type = 'type_example' # str | The job type name.
simple_metadata_type = vidispine.SimpleMetadataType() # SimpleMetadataType | 
jobmetadata = ['jobmetadata_example'] # list[str] | Additional information for the job task. (optional)
notification_data = 'notification_data_example' # str | Any additional data to include for notifications on this job. (optional)
priority = 'MEDIUM' # str | The priority to assign to the job. (optional) (default to 'MEDIUM')
notification = 'notification_example' # str | The placeholder job notification to use for this job. (optional)

try:
    # Start a job with custom type
    api_response = api_instance.create_custom_job(type, simple_metadata_type, jobmetadata=jobmetadata, notification_data=notification_data, priority=priority, notification=notification)
    pprint(api_response)
except ApiException as e:
    print("Exception when calling JobApi->create_custom_job: %s\n" % e)

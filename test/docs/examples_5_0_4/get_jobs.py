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
jobmetadata = ['jobmetadata_example'] # list[str] | Multiple query parameters can be specified.  If no query parameters are specified, all jobs are returned.   - *key* `=` *value* - Filter out only the jobs that has job metadata according to the filter criteria.  Note that `=` is part of the query parameter, and has to be encoded (`%3d`). (optional)
field = ['field_example'] # list[str] | Comma-separated list of fields to include in the result metadata. (optional)
starttime_to = 'starttime_to_example' # str | ISO 8601 timestamp.  Return only jobs started before and at the given timestamp. (optional)
user = True # bool | - `true` (default) - Include only jobs created by current user - `false` - Include all jobs (optional) (default to True)
first = 1 # int | Return jobs from that number in the list of sorted jobs. (optional) (default to 1)
type = ["all"] # list[str] | Comma-separated list of job types. (optional) (default to ["all"])
starttime_from = 'starttime_from_example' # str | ISO 8601 timestamp.  Return only jobs started after and at the given timestamp. (optional)
step = False # bool | - `true` - Include step information in the job listing.  - `false` (default) - Do not include step information in the job listing. (optional) (default to False)
idonly = True # bool | - `true` - Only return a list of ids - `false` (default) - Return job information such as job status (optional)
number = 56 # int | Return at most that number of jobs.  Default returns the first 100 jobs. (optional)
state = ["all"] # list[str] | Comma-separated list of job states. (optional) (default to ["all"])
sort = 'sort_example' # str | List of form `field (asc|desc)[, . . . ]`.  Sort by specific fields.   - `jobId` - `type` - `state` - `user` - `startTime` - `priority` (optional)
metadata = False # bool | - `true` - Include job metadata with all jobs.  - `false` (default) - Do not include job metadata with all jobs. (optional) (default to False)
finishtime_from = 'finishtime_from_example' # str | ISO 8601 timestamp.  Return only jobs finished after and at the given timestamp. (optional)
finishtime_to = 'finishtime_to_example' # str | ISO 8601 timestamp.  Return only jobs finished before and at the given timestamp. (optional)

try:
    # List all jobs
    api_response = api_instance.get_jobs(jobmetadata=jobmetadata, field=field, starttime_to=starttime_to, user=user, first=first, type=type, starttime_from=starttime_from, step=step, idonly=idonly, number=number, state=state, sort=sort, metadata=metadata, finishtime_from=finishtime_from, finishtime_to=finishtime_to)
    pprint(api_response)
except ApiException as e:
    print("Exception when calling JobApi->get_jobs: %s\n" % e)

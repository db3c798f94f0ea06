"""Mistakes that a type checker must find: one on each line that says so, and no others."""

from __future__ import annotations

import vidispine

api = vidispine.JobApi()

api.get_job("VX-1", metdata=True)  # mistake
api.get_job()  # mistake
api.get_job("VX-1", "itemId")  # mistake
api.get_job("VX-1", metadata="perhaps")  # mistake
api.get_jobs(first="one")  # mistake
api.get_job_with_http_info("VX-1", metdata=True)  # mistake
api.get_job("VX-1", _request_timout=2)  # mistake
api.get_jbo("VX-1")  # mistake
api.create_custom_job("TRANSCODE", "lowres")  # mistake
api.iterate_jobs(first=1)  # mistake
api.iterate_jobs(page_size="many")  # mistake
api.iterate_jobs(limit=10, _accept="text/plain")  # mistake

job = api.get_job("VX-1")
job.stats  # mistake  # noqa: B018
job.stats = "READY"  # mistake
job.total_steps = "many"  # mistake
job.total_steps + 1  # mistake

vidispine.KeyValueType(key="tags")  # mistake
vidispine.KeyValueType(key="tags", value="lowres", mode="add")  # mistake
vidispine.KeyValueType("tags", "lowres")  # mistake
vidispine.Configuration(hots="http://localhost:8080/API")  # mistake
vidispine.JobbApi()  # mistake

client = vidispine.Client("http://localhost:8080")
client.jobs  # mistake  # noqa: B018
client.job.wait_for_job(29)  # mistake
client.job.wait_for_job("VX-29", 60)  # mistake
client.job.wait_for_job("VX-29", on_progress=len)  # mistake
client.job.wait_for_jobs(job)  # mistake
job.failed = True  # mistake
vidispine.JobType(job_id="VX-1", status="READY", type="EXPORT", priority="LOW", failed=True)  # mistake
vidispine.Client(hots="http://localhost:8080")  # mistake

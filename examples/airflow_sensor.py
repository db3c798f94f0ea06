"""An Airflow sensor that waits for a job without blocking a worker.

Put this file into the folder ``plugins`` of Airflow 3, where workers and triggerer load it, and set
``VIDISPINE_HOST``, ``VIDISPINE_USERNAME`` and ``VIDISPINE_PASSWORD`` in the environment of both. A DAG with it::

    from airflow.sdk import dag, get_current_context, task
    from airflow_sensor import JobSensor

    import vidispine

    @task
    def start(item_id: str, tag: str) -> str:
        # A retry finds the job of the first attempt, unless that failed.
        ti = get_current_context()["ti"]
        note = {"airflowTask": f"{ti.dag_id} {ti.run_id} {ti.task_id} {ti.map_index}"}
        with vidispine.Client() as client:
            jobs = client.job.iterate_jobs(user=False, jobmetadata=note)
            job = next((job for job in jobs if not job.failed), None)
            job = job or client.item.create_item_transcode_job(item_id, tag=tag, jobmetadata=note)
        return job.job_id

    @dag(schedule=None, params={"item": "VX-93", "tag": "lowres"})
    def transcode():
        JobSensor(task_id="wait", job_id=start("{{ params.item }}", "{{ params.tag }}"), timeout=24 * 3600)

    transcode()

The sensor defers to a trigger, which the triggerer process runs for all sensors. When the job has ended, the sensor
returns the job's data. A failed job fails the task without retries, because the same job cannot succeed later.
Transient errors of the server are retried until the timeout.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowFailException
from airflow.triggers.base import BaseTrigger, TriggerEvent

import vidispine


class JobTrigger(BaseTrigger):
    """Polls a job and fires once, with ``{"data": ...}`` or ``{"error": ...}``."""

    def __init__(self, job_id: str, poke_interval: float) -> None:
        super().__init__()
        self.job_id = job_id
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return how to recreate this trigger in another process."""
        return f"{__name__}.JobTrigger", {"job_id": self.job_id, "poke_interval": self.poke_interval}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Poll the job until it ends. Polls run in a thread, so that other triggers continue."""
        with vidispine.Client() as client:
            while True:
                try:
                    job = await asyncio.to_thread(client.job.wait_for_job, self.job_id, timeout=0)
                except vidispine.JobTimeoutError:
                    await asyncio.sleep(self.poke_interval)
                except vidispine.OpenApiException as error:
                    yield TriggerEvent({"error": str(error)})
                    return
                else:
                    yield TriggerEvent({"data": {pair.key: pair.value for pair in job.data or []}})
                    return


class JobSensor(BaseSensorOperator):
    """Waits for a job.

    :param job_id: id of the job, such as ``VX-29``; may be a template or the result of another task
    :param poke_interval: interval between two polls, in seconds
    :param timeout: seconds after which the task fails; the job continues
    """

    template_fields = ("job_id",)

    def __init__(self, *, job_id: str, poke_interval: float = 10, **options: Any) -> None:
        super().__init__(poke_interval=poke_interval, **options)
        self.job_id = job_id

    def execute(self, context: Any) -> None:
        """Defer to the trigger."""
        trigger = JobTrigger(self.job_id, self.poke_interval)
        self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=self.timeout))

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, str]:
        """Return the data of the job. Airflow calls this when the trigger has fired."""
        if "error" in event:
            raise AirflowFailException(event["error"])
        data: dict[str, str] = event["data"]
        return data

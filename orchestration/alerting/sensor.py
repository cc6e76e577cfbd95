"""Rounds of alerts in Dagster: a sensor that looks every five minutes, and the job that it starts when one is due.

Keep out: what a round does (rounds.py), schedules of builds (schedules.py)."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.alerting import rounds
from orchestration.config import Config

EVERY = 300  # seconds between two looks
AT_WORK = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def alerts_job(company: Config) -> dg.JobDefinition:
    """One round; red when a channel or a report failed, which the next round tries again."""

    @dg.op(name="round")
    def one_round(context: dg.OpExecutionContext) -> None:
        done = rounds.go(company)
        for sent in done.sent:
            context.log.info(f"{sent.channel}: told {sent.alerts} ({sent.what})")
        told = {"new": len(done.new), "open": len(done.open), "sent": len(done.sent), "failed": len(done.failed)}
        context.add_output_metadata(told)
        if not done.ok:
            why = [f"{one.channel}: {one.why}" for one in done.failed] + [done.unread] * bool(done.unread)
            raise dg.Failure("; ".join(why), metadata=told, allow_retries=False)

    @dg.job(name="alerts", description="Tell people what is wrong, as tieout.yml says: once, and once a day.")
    def job() -> None:
        one_round()

    return job


def sensor(company: Config, job: dg.JobDefinition) -> dg.SensorDefinition:
    """Looks for silent sources while their shops are open, for new figures, unsent alerts and due digests.

    It runs from the start when tieout.yml names a channel: whoever writes one down wants to be told. Without a channel
    there is nobody to tell, so that it is stopped; started by hand, it then says so and starts nothing. A look costs
    little; the round is a run of its own, so that it may take longer than Dagster waits for a sensor, and one that
    is still at work is waited for."""
    named = bool(company.alerts.channels)
    status = dg.DefaultSensorStatus.RUNNING if named else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(name="alerts", job=job, minimum_interval_seconds=EVERY, default_status=status)
    def look(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not named:
            return dg.SkipReason("tieout.yml names no channel under alerts:")
        if context.instance.get_runs(dg.RunsFilter(job_name=job.name, statuses=AT_WORK), limit=1):
            return dg.SkipReason("the last round is still at work")
        reasons = rounds.due(company, datetime.now(UTC))
        if not reasons:
            return dg.SkipReason("nothing new to tell")
        return dg.RunRequest(tags={"tieout/why": "; ".join(reasons)})

    return look

"""From the first line of the demo to the last."""

from __future__ import annotations

import vidispine
from vidispine.cli.commands.demo import story
from vidispine.cli.commands.demo.stage import Stage
from vidispine.cli.output.demo import open_screen
from vidispine.simulator import Simulator

__all__ = ["perform"]


def perform() -> None:
    """Play the story on a simulator of its own, and report each step when it is checked.

    :raises CheckFailed: a step did not do what it says
    :raises OpenApiException: a call failed
    :raises SimulatorError: the simulator cannot start
    """
    screen = open_screen()
    with Simulator(concurrent_jobs=story.SLOTS) as simulator:
        screen.say(f"A VidiCore simulator runs at {simulator.url}", style="bold")
        screen.say("What follows is done with vidispine.JobApi, over HTTP:")
        screen.say()
        with vidispine.ApiClient(simulator.configuration()) as api_client, screen:
            stage = Stage(simulator, vidispine.JobApi(api_client), screen)
            story.set_the_scene(stage)
            for step in story.STEPS:
                screen.passed(step(stage))
    screen.say()
    screen.say(f"All {len(story.STEPS)} steps did what they say, in {screen.seconds:.1f} seconds.", style="bold")
    screen.say("Your own scripts can have such a server, too: vidispine simulator")

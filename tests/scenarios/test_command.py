"""The scenarios through the mfa command: `mfa engine`, a line of JSON for each call."""

import pytest

from command_world import World
from play import Authenticator, Failed, Player
from story import broken, scenarios


@pytest.fixture(scope="module")
def authenticator():
    with Authenticator() as made:
        yield made


def play(scenario, authenticator, folder):
    world = World(scenario, folder)
    try:
        Player(scenario, world, authenticator).run()
    finally:
        world.close()


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario, authenticator, tmp_path):
    play(scenario, authenticator, tmp_path)


@pytest.mark.parametrize("scenario", broken(), ids=lambda scenario: scenario.name)
def test_what_is_not_so_fails(scenario, authenticator, tmp_path):
    with pytest.raises(Failed) as why:
        play(scenario, authenticator, tmp_path)
    assert ("the command has ended" in str(why.value)) == (scenario.name == "broken_no_engine")

"""The scenarios through the package mfa."""

import mfa
import pytest

from play import Authenticator, Failed, Player, SplitMix64
from python_world import World
from story import broken, scenarios


@pytest.fixture(scope="module")
def authenticator():
    with Authenticator() as made:
        yield made


def play(scenario, authenticator, own_store=False):
    world = World(scenario, own_store)
    try:
        Player(scenario, world, authenticator).run()
    finally:
        world.close()


@pytest.mark.parametrize("own_store", [False, True], ids=["memory", "own store"])
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario, own_store, authenticator):
    play(scenario, authenticator, own_store)


@pytest.mark.parametrize("scenario", broken(), ids=lambda scenario: scenario.name)
def test_what_is_not_so_fails(scenario, authenticator):
    with pytest.raises((Failed, mfa.ConfigError)):
        play(scenario, authenticator)


def test_the_generator_is_the_one_of_the_readme():
    assert SplitMix64(1).draw(8).hex(" ") == "c1 5c 02 89 ec 2d 0a 91"
    assert SplitMix64(1).draw(3).hex(" ") == "c1 5c 02"

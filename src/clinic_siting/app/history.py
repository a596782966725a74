"""A visitor's settings: those of the moment, those before, and those of the plan on the screen."""

from clinic_siting.config import Config

MOST_STEPS = 500


class History:
    """Settings that can be taken back.

    Parameters
    ----------
    config
        The settings that a visit begins with.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.steps: tuple[Config, ...] = ()
        self._settled: tuple[Config, tuple[Config, ...]] = config, self.steps

    def move(self, wish: Config) -> None:
        """Go on to other settings."""
        if wish != self.config:
            self.steps = (*self.steps, self.config)[-MOST_STEPS:]
            self.config = wish

    def back(self) -> bool:
        """Take the last move back; whether there was one."""
        if not self.steps:
            return False
        *before, self.config = self.steps
        self.steps = tuple(before)
        return True

    def settle(self) -> None:
        """There is a plan for these settings."""
        self._settled = self.config, self.steps

    def give_up(self) -> None:
        """Go back to the settings of the plan that there is, as if nothing had been asked since."""
        self.config, self.steps = self._settled

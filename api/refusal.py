"""What a command says when it cannot go on for a reason that the person at the keyboard can mend."""


class CommandRefused(Exception):
    """A full sentence for the person who started the command; shown without a traceback."""

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

"""What people of the example write to one another about a month, in Markdown. All of it is made up, and
says so; the figures in it are put in from the data."""

import re

PRAISE = (
    "**{month}: {amount}.** That is {percent} more than in a month of the three before it"
    " ({average}). {best} alone came to {sold}. How did you win them over? I should like to hear it when"
    " we meet. (Made up)",
    "{amount} in {month}, {percent} above your months before. What I saw of it:\n\n- you were with {best}"
    " early ({sold})\n- no discount that I had to sign\n\nPlease show the others how you prepared it."
    " (Made up)",
    "Thank you for {month}, {who}. {amount}, and {sold} of it from {best}: that was patience, not luck."
    " (Made up)",
)
WORRY = (
    "{month} came to {amount}, {percent} below your average of the three months before ({average})."
    " Two things I should like to look at with you:\n\n1. which offers went quiet\n2. what you would need"
    " from me\n\nNo need for an answer today. (Made up)",
    "**{amount} in {month}**, after {average} a month. I saw that deliveries slipped; was it that, or do"
    " the stores order later? Let us look at your pipeline together. (Made up)",
)
RUNNING = (
    "With two days to go {month} stands at {amount}; in the three months before it was {average} on"
    " average. What can still be closed, and what goes over into June? (Made up)",
)
TO_ONESELF = (
    "{who} was quiet in the meeting. {month} is {percent} below the months before ({amount}). I shall ask"
    " how they are before I say anything about figures. (Made up)",
    "Before I talk to {who} about {month} ({amount} after {average} a month): look up which of the large"
    " stores have not ordered. It may not be theirs to mend. (Made up)",
)
OWN = (
    "What worked with {best}: the whole range on the floor for a day, and the offer on the same evening."
    " {sold} in {month}. Try it elsewhere. (Made up)",
    "{best} decides in the last week of a month. {sold} in {month}; I nearly called too early. (Made up)",
)
RECOMMENDED = (
    "I should like {who} to stand in for me in August. {month}: {amount}, and the others ask them for"
    " advice already. What do you think? (Made up)",
)
THANKS = (
    "Thank you. It was three visits before they said yes; I can tell the others on Monday. (Made up)",
    "Glad you saw it. {best} wants the same next year, a little earlier. (Made up)",
)
ANSWERS = (
    "Two orders moved. {after} came to {then}. (Made up)",
    "I went through the quiet offers, as you said: {after} was {then}. (Made up)",
)
ADDED = "I forgot: the director has heard of it, too. (Made up)"

OF_LEADERS = (
    "{month}: {amount}. What comes next?",
    "Which accounts want a visit from both of us?",
    "How are you? Figures later.",
    "Your targets for the next quarter",
)
OF_COACHEES = (
    "Demonstration bikes for the autumn",
    "I need an answer about the prices of frames.",
    "A day a month without travelling",
    "Who looks after my accounts while I am away?",
    "The course in negotiation",
)
KEPT_BACK = (
    "Ask about leading a team one day.",
    "Say that the territory has grown too large.",
)
ASKED_OF_COACHEES = (
    "List the stores that ordered a year ago and not since. (Made up)",
    "Write down how you prepare a visit, for the others. (Made up)",
    "Two dates for a visit together (Made up)",
)
ASKED_OF_LEADERS = (
    "Ask for prices of frames beyond June. (Made up)",
    "Find somebody for the accounts in the north while they are away. (Made up)",
)


def plain(name: str) -> str:
    """A name as it is, where Markdown would read signs in it as its own."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", name)

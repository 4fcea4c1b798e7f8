# The phrases that tools/Test-Prose.ps1 reports, and what to write instead. To add a rule, add a line.
# A pattern is a regular expression. It ignores case, and applies to sentences, but not to code.
@{
    # The maximum length of a sentence.
    MaximumWords = @{
        Text    = 32
        Message = 32
        Comment = 36
    }

    # Texts that aren't ours.
    Exceptions = @(
        @{ Path = 'src/CohereShell.Emulator/Chat/ChatComposer.cs'; Text = 'as many as' }            # an answer of the emulator
        @{ Path = 'src/CohereShell.Emulator/Datasets/EmulatedCreateDataset.cs'; Text = 'is no n' }  # a message of the service
        @{ Path = 'src/CohereShell.Emulator/Text/TokenWords.cs'; Text = 'shall' }                   # a word of the vocabulary
    )

    Rules = @(
        @{ Pattern = '\bputs? (?:\w+ )?out\b|\bputting out\b'; Write = 'outputs, returns' }
        @{ Pattern = '\bwhat (?:it|they|this|these) puts?\b'; Write = 'the output' }
        @{ Pattern = '\b(?:goes|go|went|going) on(?! to the pipeline)\b'; Write = 'continues' }
        @{ Pattern = '\bcan ?not go on\b|\bcould not go on\b'; Write = "can't continue" }
        @{ Pattern = '\b(?:is|are|was|were) no (?!longer\b|more\b|different\b|matter\b|one\b|earlier\b|later\b|larger\b|smaller\b|faster\b|less\b|better\b|worse\b)[a-z]'; Write = "isn't a ..., there isn't a ..." }
        @{ Pattern = '\b(?:is|are|was|were) none\b|\bthere (?:is|are) none\b'; Write = "there isn't one, there aren't any" }
        @{ Pattern = '\bstands? (?:in|at|on|for itself|there|twice|alone|behind|before|beside)\b'; Write = 'is in, appears' }
        @{ Pattern = '\bunder way\b'; Write = 'in flight, running' }
        @{ Pattern = '\b(?:an?|its|their|your) (?:[a-z]+ ){1,3}of (?:its|their|your|one''s) own\b|\bof (?:its|their) own\b'; Write = 'separate, a separate ...' }
        @{ Pattern = '\b(?:some|no)body\b'; Write = 'the user, no one' }
        @{ Pattern = '\bshall\b|\b(?:has|have) to be\b'; Write = 'must be, should' }
        @{ Pattern = '\bfor ever\b'; Write = 'indefinitely' }
        @{ Pattern = '\banew\b'; Write = 'again' }
        @{ Pattern = '\bwhere (?:nothing|none|no [a-z]+) (?:else )?is (?:said|named|given|set)\b|\bwhere none is\b'; Write = 'by default' }
        @{ Pattern = '\bwhat becomes? of\b'; Write = 'what happens to' }
        @{ Pattern = '\bso many\b'; Write = 'the number of, up to' }
        @{ Pattern = '\bas many (?:[a-z]+ )?as\b'; Write = 'up to' }
        @{ Pattern = '\b(?:give|say)s? (?:it |them )?(?:with |by )?-[A-Z][A-Za-z]+'; Write = 'specify -X' }
        @{ Pattern = '\bhow far (?:it|they|he|she|the [a-z]+) (?:is|are|has|have|came|come)\b'; Write = 'progress' }
        @{ Pattern = '\bmakes? (?:[a-z]+ )?(?:texts? of tokens|tokens of texts?)\b'; Write = 'decodes tokens to text, encodes text as tokens' }
        @{ Pattern = '\bhas a conversation with\b'; Write = 'starts an interactive chat' }
        @{ Pattern = '\bhow good a model was\b'; Write = 'the evaluation metrics of a model' }
        @{ Pattern = '\bwho to be at the proxy\b'; Write = 'credentials for the proxy' }
        @{ Pattern = '\btakes another (?:one|model)\b'; Write = 'switches to another model' }
        @{ Pattern = '\bleave (?:one|the one) (?:of the (?:two|three) )?out\b'; Write = 'specify only one of them' }
        @{ Pattern = '\bthe (?:others?|rest) (?:go|goes) on\b'; Write = 'processing continues' }
        @{ Pattern = '\bis not known for\b'; Write = "isn't recognized as" }
        @{ Pattern = '\bbelongs? into\b'; Write = 'belongs in' }
        @{ Pattern = '\bslip of the pen\b'; Write = 'typo' }
        @{ Pattern = '\bside by side\b'; Write = 'in parallel' }
        @{ Pattern = '\bat (?:a|one) stroke\b'; Write = 'at once, together' }
        @{ Pattern = '\bas it stands\b|\bas they stand\b'; Write = 'unchanged, as it is' }
        @{ Pattern = '\bhow often\b'; Write = 'the number of times' }
        @{ Pattern = '\bfound no connection\b'; Write = "couldn't connect" }
        @{ Pattern = '\bhands? (?:it |them )?out\b|\bhanded out\b'; Write = 'returns, passes' }
        @{ Pattern = '\bbegins? (?:again )?at nothing\b'; Write = 'starts at zero' }
        @{ Pattern = '\bmeanwhile of\b|\bin the meantime of\b'; Write = 'during' }
        @{ Pattern = '\bit is of no (?:interest|use|help)\b'; Write = "doesn't matter" }
    )
}

#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    # A terminal that a test can type into.
    $script:hasTerminal = $null -ne (Get-Command tmux -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'Enter-CohereChat without an interactive user' {
    It 'refuses in a PowerShell that was started with -NonInteractive' {
        $output = Invoke-InOtherProcess 'Import-Module $Manifest; Connect-Cohere -Emulator; try { Enter-CohereChat } catch { $_.FullyQualifiedErrorId; "$_"; $_.ErrorDetails.RecommendedAction }'

        $output[0] | Should -BeLike 'CohereShell.NotInteractive,*'
        $output[1] | Should -BeLike '*-NonInteractive.'
        $output[2] | Should -BeLike '*Invoke-CohereChat*'
    }

    It 'refuses where the input is not a keyboard' {
        $output = '' | Invoke-PowerShell -Command "Import-Module '$Manifest'; try { Enter-CohereChat } catch { `"`$(`$_.FullyQualifiedErrorId)`" }"

        "$output" | Should -BeLike '*CohereShell.NotInteractive,*'
    }

    It 'refuses in a runspace of a program' {
        Get-ErrorOf { Invoke-InOtherRunspace 'try { Enter-CohereChat } catch { Write-Error -ErrorRecord $_ }' } | ForEach-Object FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotInteractive,*'
    }

    It 'refuses in a job' {
        $job = Start-Job { Import-Module $using:Manifest; try { Enter-CohereChat } catch { $_.FullyQualifiedErrorId } }

        $null = Wait-Job $job -Timeout 60
        Receive-Job $job | Should -BeLike 'CohereShell.NotInteractive,*'
        Remove-Job $job -Force
    }
}

Describe 'Enter-CohereChat in a host that isn''t a console' {
    It 'reads lines as the host does, asks there, and leaves a transcript' {
        $path = Join-Path $TestDrive 'host.txt'
        $screen = Invoke-InTestHost -Line 'one `', 'two', 'emulate:call Remove_Thing {"Name":"a"}', 'y', 'emulate:call Remove_Thing {"Name":"b"}', '', '/exit' -Script "
            Connect-Cohere -Emulator
            function Remove-Thing { param([string] `$Name) `"removed `$Name`" }
            `$null = Start-Transcript '$path'
            Enter-CohereChat -Tool Remove-Thing
            `$null = Stop-Transcript"

        foreach ($shown in $screen, (Get-Content -LiteralPath $path -Raw)) {
            $shown | Should -Match '(?m)^command-a-03-2025 \(0 turns\)> one `\r?$'
            $shown | Should -Match '(?m)^>> two\r?$'
            $shown | Should -Match "(?m)^Run Remove-Thing -Name 'a' \? \[y/N\] y\r?`$"
            [regex]::Matches($shown, "(?m)^\[Remove-Thing -Name 'a'\] Succeeded\r?`$").Count | Should -Be 1
            [regex]::Matches($shown, "(?m)^\[Remove-Thing -Name 'b'\] Refused\r?`$").Count | Should -Be 1
            [regex]::Matches($shown, 'text: removed a').Count | Should -Be 2 -Because 'it is in the answer and among its sources'
            $shown | Should -Not -Match 'removed b'
        }
    }
}

Describe 'Enter-CohereChat in a terminal' -Skip:(-not $hasTerminal) {
    . $PSScriptRoot/ChatTerminal.ps1

    It 'answers with the conversation, and says model, turns and usage in the prompt' {
        Enter-Chat
        Wait-Screen 'command-a-03-2025 (0 turns)>'
        Send-Line "What's event 4625?"
        Wait-Screen 'command-a-03-2025 (1 turn, 501 in, 39 out)>'
        Send-Line 'And 4740?'
        Wait-Screen '(2 turns, *)>'

        Get-Screen | Should -BeLike '*You said: "And 4740?". This is turn 2*What''s event 4625?*'
        Exit-Chat
    }

    It 'ends an answer with Ctrl+C, and not the chat' {
        Enter-Chat
        Send-Line 'emulate:slow Write 400 words.'
        Wait-Screen 'the emulator adds one plain word'
        Send-Key C-c
        Wait-Screen '(ended by Ctrl+C; the text so far is part of the conversation)'
        Send-Line 'Still there?'
        Wait-Screen 'This is turn 2'

        Exit-Chat
        Send-Line '"Ctrl+C is a key: $([Console]::TreatControlCAsInput)"'
        Wait-Screen 'Ctrl+C is a key: False'
    }

    It 'shows an answer that is longer than the screen whole' {
        Enter-Chat
        Send-Line 'Write 1000 words.'
        Wait-Screen '(1 turn, *)>'

        ([regex]::Matches((Get-Screen), '\bemulator\b')).Count | Should -BeGreaterThan 55
        Exit-Chat
    }

    It 'clears a line with Ctrl+C, says how to leave, and leaves with Ctrl+D' {
        Enter-Chat
        Send-Key 'half', 'C-c'
        Wait-Screen 'half^C'
        Send-Key C-c
        Wait-Screen 'To leave the chat, press Ctrl+D or enter /exit.'
        Send-Key C-d
        Send-Line "'le' + 'ft'"
        Wait-Screen "`nleft"
    }

    It 'leaves with the word <_> too' -ForEach 'exit', 'QUIT' {
        Enter-Chat
        Send-Line $_
        Wait-Screen "> $_*`nPS "
        Get-Screen | Should -Not -Match 'You said'
    }

    It 'cancels a message of several lines with Ctrl+C, and continues' {
        Enter-Chat
        Send-Line 'one `'
        Wait-Screen '>> '
        Send-Key 'tw', 'C-c'
        Wait-Screen '>> tw^C'
        Send-Line 'three'
        Wait-Screen 'You said: "three"'
        Exit-Chat
    }

    It 'takes several lines: a backtick at the end, and what is pasted' {
        Enter-Chat
        Send-Line 'one `'
        Wait-Screen '>> '
        Send-Line 'two'
        # The blank at the end of a line isn't shown.
        Wait-Screen "You said: `"one`ntwo`""
        tmux -L $socket set-buffer "three`nfour"
        tmux -L $socket paste-buffer -t chat
        Wait-Screen "> three$([char] 0x21b5)four"
        Send-Key Enter
        Wait-Screen "You said: `"three`nfour`""
        Exit-Chat
    }

    It 'keeps the tabs of a pasted text' {
        Enter-Chat
        tmux -L $socket set-buffer "name`tsize`na.txt`t12"
        tmux -L $socket paste-buffer -t chat
        Wait-Screen "> name$([char] 0x2192)size$([char] 0x21b5)a.txt$([char] 0x2192)12"
        Send-Key Enter
        Wait-Screen '(1 turn, *)>'
        # The terminal moves to its next tab stop.
        Get-Screen | Should -Match 'You said: "name +size\na\.txt +12"'
        Exit-Chat
    }

    It 'keeps the line in one piece when the window gets narrower' {
        Enter-Chat
        Send-Key 'one two three'
        Wait-Screen '> one two three'
        tmux -L $socket resize-window -t chat -x 40
        try {
            Start-Sleep -Milliseconds 300
            Send-Key ' four'
            Wait-Screen "`n> one two three four"
            Send-Key ' five'
            Wait-Screen "`n> one two three four five"
            Get-Screen | Should -Not -Match '(?m)^> one two three four$'
        }
        finally {
            tmux -L $socket resize-window -t chat -x 150
        }

        Send-Key Enter
        Wait-Screen 'You said: "one two three four five"'
        Exit-Chat
    }

    It 'remembers lines as long as the chat lasts, and the shell does not' {
        Enter-Chat
        Send-Line 'my secret question'
        Wait-Screen '(1 turn, *)>'
        Send-Key Up
        Wait-Screen '> my secret question*> my secret question'
        Send-Key Enter
        Wait-Screen '(2 turns, *)>'
        Exit-Chat

        Send-Line '"Found: $(@(Get-History | Where-Object CommandLine -like "*my secre[t]*").Count)"'
        Wait-Screen 'Found: 0'
        Get-ChildItem $folder -Recurse -File -Filter '*history*' | Get-Content | Where-Object { $_ -like '*my secret question*' } | Should -BeNullOrEmpty
    }

    It 'says what is wrong with a command, and continues: <Line>' -ForEach @(
        @{ Line = '/modle x'; Says = 'Did you mean /model?' }
        @{ Line = '/exti'; Says = 'Did you mean /exit?' }
        @{ Line = '/model comand-a'; Says = 'Did you mean command-a-03-2025' }
        @{ Line = '/nonsense'; Says = 'Enter /help to list the commands.' }
        @{ Line = '/image missing.png'; Says = 'missing.png*does not exist' }
        @{ Line = '/load missing.json'; Says = 'missing.json' }
        @{ Line = '/load'; Says = 'Specify a file: /load' }
        @{ Line = '/save'; Says = 'Specify a file: /save' }
        @{ Line = '/tool Get-Nothing'; Says = "The command 'Get-Nothing' doesn't exist" }
        @{ Line = '/usage now'; Says = "/usage doesn't accept an argument" }
    ) {
        Enter-Chat
        Send-Line $Line
        Wait-Screen "> $Line`n*$Says"
        Send-Line 'go on'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
    }

    It 'sends a message that begins with a slash when it has two' {
        Enter-Chat
        Send-Line '//etc/hosts holds what?'
        Wait-Screen 'You said: "/etc/hosts holds what?"'
        Exit-Chat
    }

    It 'says what failed, and leaves the conversation as it was' {
        Enter-Chat 'Enter-CohereChat -Model no-such-model'
        Send-Line 'hello'
        Wait-Screen "doesn't exist in this account, or your key can't use it"
        Wait-Screen 'no-such-model (0 turns)>'
        Send-Line '/model command-a-03-2025'
        Send-Line 'hello'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
    }

    It 'runs commands that only read, asks before others, and stops one with Ctrl+C' {
        Send-Line 'function Get-Shelf { param([string] $Name) "$Name is full" }; function Reset-Shelf { param([string] $Name) "$Name is empty" }; function Get-Slow { Start-Sleep 60 }'
        Enter-Chat 'Enter-CohereChat -Tool Get-Shelf, Reset-Shelf'
        Send-Line '/tool Get-Slow'
        Wait-Screen 'Get_Slow: '
        Send-Line "Get-Shelf with name 'a'"
        Wait-Screen "[[]Get-Shelf -Name 'a'] Succeeded`n*a is full"
        Send-Line "Reset-Shelf with name 'b'"
        Wait-Screen "Run Reset-Shelf -Name 'b' [?] [[]y/N]"
        Send-Line 'n'
        Wait-Screen "[[]Reset-Shelf -Name 'b'] Refused"
        Send-Line "Reset-Shelf with name 'c'"
        Wait-Screen "Run Reset-Shelf -Name 'c' [?] [[]y/N]"
        Send-Line 'yes'
        Wait-Screen "[[]Reset-Shelf -Name 'c'] Succeeded`n*c is empty"
        Send-Line 'Get-Slow please'
        Wait-Screen 'I will use Get_Slow'
        Start-Sleep -Seconds 1
        Send-Key C-c
        Wait-Screen '(ended by Ctrl+C)'
        Wait-Screen '(3 turns, *)>'
        Exit-Chat
    }

    It 'takes Ctrl+C at a question for a no that ends the turn, and nothing for an answer that was typed before' {
        Send-Line 'function Reset-Shelf { param([string] $Name) "$Name is empty" }'
        Enter-Chat 'Enter-CohereChat -Tool Reset-Shelf -SystemMessage emulate:slow'
        Send-Line "Reset-Shelf with name 'b'"
        Wait-Screen "Run Reset-Shelf -Name 'b' [?] [[]y/N]"
        Send-Key C-c
        Wait-Screen "[[]Reset-Shelf -Name 'b'] Refused`n(ended by Ctrl+C)"
        Wait-Screen '(0 turns, *)>'
        Send-Line "emulate:slow Reset-Shelf with name 'c'"
        Send-Line 'y' -NotShown
        Wait-Screen "Run Reset-Shelf -Name 'c' [?] [[]y/N]"
        Start-Sleep -Milliseconds 500
        Get-Screen | Should -BeLike "*Run Reset-Shelf -Name 'c' [?] [[]y/N]*"
        Get-Screen | Should -Not -BeLike "*Reset-Shelf -Name 'c'] *"
        Send-Line 'n'
        Wait-Screen "[[]Reset-Shelf -Name 'c'] Refused"
        Wait-Screen '(1 turn, *)>'
        # An answer is no line to be had again.
        Send-Key Up
        Wait-Screen "> emulate:slow Reset-Shelf with name 'c'*> emulate:slow Reset-Shelf with name 'c'"
        Send-Key C-u
        Exit-Chat
    }

    It 'wraps the rest of an answer at the new width when the window is resized' {
        try {
            Enter-Chat
            Send-Line "emulate:slow $('word ' * 60)end of it"
            Wait-Screen 'You said: "emulate:slow word word word'
            tmux -L $socket resize-window -t chat -x 60 -y 40
            Wait-Screen 'every time.'
            $lines = @((tmux -L $socket capture-pane -p -S -200 -t chat) | Where-Object { $_ -match '^(word|I am|You said)' })
            # No word is broken, and none of the later lines is as short as a line of the old width that was cut.
            ($lines -join ' ') | Should -Not -Match '\b(wo|wor|w|ord|rd)\b'
            @($lines | Where-Object { $_.Length -gt 60 }) | Should -BeNullOrEmpty
        }
        finally {
            tmux -L $socket resize-window -t chat -x 150 -y 40
        }

        # In the narrow window, the prompt had no room for the usage.
        Wait-Screen 'every time.*command-a-03-2025'
        Exit-Chat
    }

    It 'asks about a long command once, whatever is typed' {
        Send-Line 'function Reset-Shelf { param([string] $Name) "it is empty" }'
        Enter-Chat 'Enter-CohereChat -Tool Reset-Shelf'
        Send-Line "Reset-Shelf with name '$('x' * 300)the end'"
        Wait-Screen "xthe end' [?] [[]y/N]`n> "
        Send-Line 'no, no, no'
        Wait-Screen '> no, no, no'
        [regex]::Matches((Get-Screen), 'Run Reset-Shelf').Count | Should -Be 1
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
    }

    It 'shows, sets and clears: instructions, images, usage' {
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'a b.png'), (Get-TestPng))
        Enter-Chat 'Enter-CohereChat -Model command-a-vision-07-2025 -SystemMessage Brief'
        Send-Line '/system'
        Wait-Screen 'Instructions: Brief'
        Send-Line '/system Briefer'
        Send-Line '/image "a b.png"'
        Wait-Screen 'The next message has one image.'
        Wait-Screen '+1 image)>'
        Send-Line 'What is it?'
        Wait-Screen 'You sent 1 image*My instructions are: "Briefer"'
        Wait-Screen '(1 turn, *out)>'
        Send-Line '/usage'
        Wait-Screen 'This chat: 1 answer, *, cost $0.00*The session: Chat command-a-vision-07-2025, 1 call, *, cost $0.00'
        Send-Line '/clear'
        Wait-Screen '(0 turns, '
        Exit-Chat
    }

    It 'completes commands, models and files with Tab' {
        Set-Content (Join-Path $folder 'tabbed.json') 'x'
        Enter-Chat
        Send-Key '/mod', 'Tab'
        Wait-Screen '> /model'
        tmux -L $socket send-keys -t chat -l ' command-a-vis'
        Send-Key Tab
        Wait-Screen '/model command-a-vision-07-2025'
        Send-Key C-u
        tmux -L $socket send-keys -t chat -l '/load tabb'
        Send-Key Tab
        Wait-Screen 'tabbed.json'
        Send-Key C-u
        Exit-Chat
    }

    It 'saves, asks before it replaces, loads, and outputs the conversation' {
        Set-Content (Join-Path $folder 'mine.txt') 'keep me'
        Enter-Chat '$chat = ''Logs are kept for 90 days.'' | Enter-CohereChat -PassThru'
        Send-Line 'How long are logs kept?'
        Wait-Screen '`[1] doc:0: Logs are kept for 90 days'
        Send-Line '/save mine.txt'
        Wait-Screen 'Replace it? `[y/N]'
        Send-Line 'n'
        Wait-Screen 'Nothing was saved.'
        Send-Line '/save c.json'
        Wait-Screen 'Saved to *c.json'
        Send-Line '/clear'
        Wait-Screen '(0 turns, '
        Send-Line '/load c.json'
        Wait-Screen '2 messages from *c.json'
        Send-Line 'Thank you.'
        Wait-Screen '(2 turns, '
        # It doesn't ask about the file that it has loaded or written itself.
        Send-Line '/save'
        Wait-Screen '(2 turns, *Saved to *c.json'
        Exit-Chat

        Get-Content (Join-Path $folder 'mine.txt') | Should -Be 'keep me'
        [CohereShell.ChatConversation]::Load((Join-Path $folder 'c.json')).Messages | Should -HaveCount 4
        [CohereShell.ChatConversation]::Load((Join-Path $folder 'c.json')).Messages[1].Citations[0].Sources[0].Id | Should -Be 'doc:0'
        Send-Line '"Messages: $($chat.Messages.Count)"'
        Wait-Screen 'Messages: 4'
    }
}

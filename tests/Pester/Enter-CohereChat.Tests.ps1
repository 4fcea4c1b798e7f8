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
    BeforeAll {
        $script:socket = "cohereshell-test-$PID"
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'chat')
        $script:transcript = Join-Path $folder 'transcript.txt'

        function Send-Key([string[]] $Key) { tmux -L $socket send-keys -t chat @Key }

        function Send-Line([string] $Text) {
            tmux -L $socket send-keys -t chat -l $Text
            # An Enter right behind a text is one that was pasted with it.
            Start-Sleep -Milliseconds 150
            Send-Key Enter
        }

        function Get-Screen { (tmux -L $socket capture-pane -p -J -S -200 -t chat) -join "`n" }

        function Wait-Screen([string] $Pattern, [int] $TimeoutSec = 30) {
            $waited = [System.Diagnostics.Stopwatch]::StartNew()
            while ((Get-Screen) -notlike "*$Pattern*") {
                if ($waited.Elapsed.TotalSeconds -gt $TimeoutSec) {
                    throw "Not on the screen within $TimeoutSec s: $Pattern`n$(Get-Screen)"
                }

                Start-Sleep -Milliseconds 100
            }
        }

        # A chat on an empty screen.
        function Enter-Chat([string] $Command = 'Enter-CohereChat') {
            Send-Line 'Clear-Host'
            Start-Sleep -Milliseconds 500
            tmux -L $socket clear-history -t chat
            Send-Line $Command
            Wait-Screen '/exit to leave.'
        }

        function Exit-Chat {
            Send-Line '/exit'
            Send-Line "'le' + 'ft'"
            Wait-Screen "`nleft"
        }

        $begin = "Import-Module '$Manifest'; Set-Location '$folder'; Connect-Cohere -Emulator; `$null = Start-Transcript '$transcript'"
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($begin))
        # A home of its own: the history of the shell is looked at.
        tmux -L $socket -f /dev/null new-session -d -s chat -x 150 -y 40 "env HOME='$folder' XDG_DATA_HOME='$folder' XDG_CONFIG_HOME='$folder' XDG_CACHE_HOME='$folder' $(Get-PowerShellCommandLine) -NoProfile -NoLogo -NoExit -EncodedCommand $encoded"
        Wait-Screen 'PS '
    }
    AfterAll {
        if ($hasTerminal -or $socket) {
            tmux -L $socket kill-server
        }
    }

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
        Start-Sleep -Milliseconds 400
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
        Start-Sleep -Milliseconds 300
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
        Wait-Screen "doesn't exist in this account. To list what exists, run Get-CohereModel"
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
        Send-Line 'y'
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
        Wait-Screen 'This chat: 1 answer, '
        Send-Line '/clear'
        Wait-Screen '(0 turns, '
        Exit-Chat
    }

    It 'completes commands, models and files with Tab' {
        Set-Content (Join-Path $folder 'tabbed.json') 'x'
        Enter-Chat
        Send-Key '/mod', 'Tab'
        Start-Sleep -Milliseconds 300
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

    It 'asks for the outcome of a tool that the model calls' {
        Enter-Chat 'Enter-CohereChat -Tool @{ name = "get_time"; description = "Gets the time of a zone"; parameters = @{ type = "object"; properties = @{ zone = @{ type = "string" } }; required = @("zone") } }'
        Send-Line 'What is the time of zone UTC?'
        Wait-Screen 'The model calls get_time(*)'
        Send-Line '{"time":"12:00"}'
        Wait-Screen 'This is what I found: time: 12:00*`[1]'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
    }

    It 'wraps words at the width of the window, and shows Markdown with styles and not its signs' {
        tmux -L $socket resize-window -t chat -x 80
        try {
            Enter-Chat
            $text = "begin`n# A heading`n`nSome **bold words** and ``code`` in a line that is so long that it has to be wrapped at the end of the window.`n`n- an item that is also so long that it has to be wrapped, and then its second line is indented`n`nthe end"
            tmux -L $socket set-buffer $text
            tmux -L $socket paste-buffer -t chat
            Start-Sleep -Milliseconds 600
            Send-Key Enter
            Wait-Screen '(1 turn, *)>'
            $screen = Get-Screen
            $answer = $screen.Substring($screen.LastIndexOf('You said:'))
            $answer | Should -Match '(?m)^A heading$'
            $answer | Should -Match '(?m)^Some bold words and code in a line that is so long that it has to be wrapped at$'
            $answer | Should -Match '(?m)^• an item that is also so long'
            $answer | Should -Match '(?m)^  \S'
            $answer | Should -Not -Match '\*\*'
            (tmux -L $socket capture-pane -p -e -S -200 -t chat) -join "`n" | Should -Match '\x1b\[[0-9;]*1m[^\x1b]*bold words'
            Exit-Chat
        }
        finally {
            tmux -L $socket resize-window -t chat -x 150
        }
    }

    It 'shows the text as it is where styles are off: <_>' -ForEach '$PSStyle.OutputRendering = ''PlainText''', '$env:NO_COLOR = ''1''' {
        Send-Line $_
        try {
            Enter-Chat
            Send-Line 'Some **bold** words'
            Wait-Screen 'You said: "Some [*][*]bold[*][*] words"'
            Exit-Chat
        }
        finally {
            Send-Line '$PSStyle.OutputRendering = ''Host''; $env:NO_COLOR = $null'
        }
    }

    It 'puts the numbers of sources behind the passages while the answer arrives' {
        Enter-Chat '''Logs are kept for 90 days.'', ''Backups are kept for a year.'' | Enter-CohereChat'
        Send-Line 'How long are logs and backups kept?'
        Wait-Screen 'Logs are kept for 90 days `[1].'
        Wait-Screen 'Backups are kept for a year `[2].'
        Wait-Screen "``[1] doc:0: Logs are kept for 90 days`n``[2] doc:1: Backups are kept for a year"
        Exit-Chat
    }

    It 'adds documents with /doc, and completes their paths' {
        Set-Content (Join-Path $folder 'policy-x.txt') 'Keys are renewed every 30 days.'
        Enter-Chat
        Send-Line '/doc'
        Wait-Screen 'The chat has no documents.'
        Send-Line '/doc missing.txt'
        Wait-Screen "missing.txt' doesn't exist"
        tmux -L $socket send-keys -t chat -l '/doc policy-'
        Send-Key Tab
        Wait-Screen 'policy-x.txt'
        Send-Key Enter
        Wait-Screen 'The next questions use this document.'
        Send-Line 'How often are keys renewed?'
        Wait-Screen '`[1] policy-x.txt: Keys are renewed every 30 days'
        Exit-Chat
    }

    It 'asks again with /retry, in place of the last answer' {
        Enter-Chat
        Send-Line '/retry'
        Wait-Screen "There isn't a question yet."
        Send-Line 'first'
        Wait-Screen '(1 turn, *)>'
        Send-Line '/retry'
        Wait-Screen 'You said: "first"*You said: "first"'
        Wait-Screen '(1 turn, *)>*(1 turn, *)>'
        Send-Line '/history'
        Wait-Screen "You: first`nModel: You said:"
        Exit-Chat
    }

    It 'copies the last answer, or says why it cannot' {
        Send-Line 'function Set-Clipboard { param($Value) $global:copied = $Value }'
        Enter-Chat
        Send-Line '/copy'
        Wait-Screen "There isn't an answer yet."
        Send-Line 'copy me'
        Wait-Screen '(1 turn, *)>'
        Send-Line '/copy'
        Wait-Screen 'Copied * characters.'
        Exit-Chat
        Send-Line '"In it: $($copied.Contains(''copy me''))"'
        Wait-Screen 'In it: True'
        Send-Line 'function Set-Clipboard { param($Value) throw ''no display'' }'
        Enter-Chat
        Send-Line 'copy me'
        Wait-Screen '(1 turn, *)>'
        Send-Line '/copy'
        Wait-Screen "The answer can't be copied*no display"
        Exit-Chat
        Send-Line 'Remove-Item Function:Set-Clipboard'
    }

    It 'does not take a message that ends in code for one that continues' {
        Enter-Chat
        Send-Line 'What is `ls`'
        Wait-Screen 'You said: "What is *ls*"'
        Exit-Chat
    }

    It 'adds .json to a file without an extension' {
        Enter-Chat
        Send-Line 'hello'
        Wait-Screen '(1 turn, *)>'
        Send-Line '/save talk'
        Wait-Screen 'Saved to *talk.json'
        Send-Line '/load talk'
        Wait-Screen '2 messages from *talk.json'
        Exit-Chat
        Join-Path $folder 'talk.json' | Should -Exist
    }

    It 'checks the name of a model, and offers the nearest' {
        Enter-Chat
        Send-Line '/model comand-a-03-2025'
        Wait-Screen "doesn't exist in this account. Did you mean command-a-03-2025"
        Send-Line '/model embed-v4.0'
        Wait-Screen "The model 'embed-v4.0' can't chat."
        Wait-Screen 'command-a-03-2025 (0 turns)>'
        Exit-Chat
    }

    It 'saves each chat, readable by the user only, and resumes it' {
        $state = [System.IO.Path]::Combine($folder, '.local', 'state', 'CohereShell', 'chats')
        Get-ChildItem $state -ErrorAction Ignore | Remove-Item
        Enter-Chat 'Enter-CohereChat -SystemMessage Brief'
        Send-Line 'the first chat'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
        $files = @(Get-ChildItem $state)
        $files | Should -HaveCount 1
        if (-not $IsWindows) {
            [System.IO.File]::GetUnixFileMode($files[0].FullName) | Should -Be 'UserWrite, UserRead'
            [System.IO.File]::GetUnixFileMode($state) | Should -Be 'UserExecute, UserWrite, UserRead'
        }

        Get-Content $files[0].FullName -Raw | Should -Not -Match 'emulator-key|0123456789'

        Enter-Chat 'Enter-CohereChat -NoAutosave'
        Send-Line 'an unsaved chat'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
        @(Get-ChildItem $state) | Should -HaveCount 1

        Enter-Chat 'Enter-CohereChat -Resume'
        Wait-Screen '3 messages from the chat of '
        Wait-Screen '(1 turn)>'
        Send-Line 'the second turn'
        Wait-Screen '(2 turns, *)>'
        Send-Line '/clear'
        Send-Line '/resume list'
        Wait-Screen '1 *the first chat'
        Send-Line '/resume 7'
        Wait-Screen 'Specify a number from 1 to 1.'
        Send-Line '/resume'
        Wait-Screen '5 messages from the chat of '
        Exit-Chat
        @(Get-ChildItem $state) | Should -HaveCount 1
    }

    It 'keeps 20 saved chats' {
        $state = New-Item -ItemType Directory -Force ([System.IO.Path]::Combine($folder, '.local', 'state', 'CohereShell', 'chats'))
        1..25 | ForEach-Object {
            $file = New-Item (Join-Path $state "chat-20200101-000000-$_.json") -Value '{}' -Force
            $file.LastWriteTime = [datetime]::new(2020, 1, 1).AddDays($_)
        }
        Enter-Chat
        Send-Line 'hello'
        Wait-Screen '(1 turn, *)>'
        Exit-Chat
        @(Get-ChildItem $state -Filter chat-*.json) | Should -HaveCount 20
        Join-Path $state 'chat-20200101-000000-25.json' | Should -Exist
        Get-ChildItem $state | Remove-Item
        Enter-Chat 'Enter-CohereChat -Resume'
        Wait-Screen "There isn't a saved chat."
        Exit-Chat
    }

    It 'makes control characters of an answer harmless' {
        Enter-Chat 'Enter-CohereChat -SystemMessage "a$([char]27)]0;evil$([char]7)b"'
        Send-Line 'hello'
        Wait-Screen "My instructions are: `"a$([char] 0x241b)]0;evil$([char] 0x2407)b`""
        Send-Line '/system'
        Wait-Screen "Instructions: a$([char] 0x241b)]0;evil$([char] 0x2407)b"
        Exit-Chat
    }

    It 'takes no control characters for text' {
        Enter-Chat
        Send-Key 'a', 'C-b', 'b', 'Enter'
        Wait-Screen 'You said: "ab"'
        Exit-Chat
    }

    It 'leaves a transcript with each text once and without escape codes' {
        Send-Line '$null = Stop-Transcript'
        Send-Line '$null = Start-Transcript clean.txt'
        Start-Sleep -Milliseconds 500
        Enter-Chat
        Send-Line 'first question'
        Wait-Screen '(1 turn, *)>'
        Send-Key 'second questoin', 'BSpace', 'BSpace', 'BSpace', 'i', 'o', 'n'
        Start-Sleep -Milliseconds 300
        Send-Key Enter
        Wait-Screen '(2 turns, *)>'
        Send-Line '/nonsense'
        Wait-Screen "The command /nonsense doesn't exist"
        Exit-Chat
        Send-Line '$null = Stop-Transcript; "stop" + "ped"'
        Wait-Screen 'stopped'

        $text = Get-Content (Join-Path $folder 'clean.txt') -Raw
        $chat = $text.Substring($text.IndexOf('Chat with'))
        $chat | Should -Not -Match '\x1b'
        [regex]::Matches($chat, '(?m)^command-a-03-2025 \(0 turns\)> first question\r?$').Count | Should -Be 1
        [regex]::Matches($chat, '(?m)^You said: "first question"\. I am an emulator: .* every time\.\r?$').Count | Should -Be 1
        [regex]::Matches($chat, '(?m)^command-a-03-2025 \(1 turn, .*\)> second question\r?$').Count | Should -Be 1
        [regex]::Matches($chat, "The command /nonsense doesn't exist").Count | Should -Be 1
    }

    It 'ends with the pipeline when it is stopped before it begins' {
        Send-Line 'Clear-Host'
        Send-Line '1 | ForEach-Object { Start-Sleep 60 } | Enter-CohereChat'
        Start-Sleep -Seconds 1
        Send-Key C-c
        Start-Sleep -Milliseconds 500
        Send-Line "'le' + 'ft'"
        Wait-Screen "`nleft"
    }
}

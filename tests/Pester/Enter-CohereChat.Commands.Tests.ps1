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

Describe 'A chat in a terminal' -Skip:(-not $hasTerminal) {
    . $PSScriptRoot/ChatTerminal.ps1

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
            Wait-Condition { Measure-OnScreen 'theend' }
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
        Enter-Chat
        Send-Line 'first question'
        Wait-Screen '(1 turn, *)>'
        Send-Key 'second questoin', 'BSpace', 'BSpace', 'BSpace', 'i', 'o', 'n'
        Wait-Screen '> second question'
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
        Clear-Screen
        Send-Line '1 | ForEach-Object { Write-Host "be$("gun")"; Start-Sleep 60 } | Enter-CohereChat'
        Wait-Screen "`nbegun"
        Send-Key C-c
        Wait-Condition { Test-Prompt }
        Send-Line "'le' + 'ft'"
        Wait-Screen "`nleft"
    }
}

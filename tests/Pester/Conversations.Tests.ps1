#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# Conversations in files, and going on with them.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator
    $script:answer = Invoke-CohereChat 'How long are logs kept?' -Document @{ id = 'policy'; text = 'Logs are kept for 90 days.' } -SystemMessage 'Be brief.'
}

AfterAll {
    Restore-TestState
}

Describe 'A conversation' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        Push-Location -LiteralPath $folder
    }
    AfterEach { Pop-Location }

    It 'is saved in the folder of PowerShell, and loaded from there' {
        [CohereShell.ChatConversation]::new($answer).Save('vpn.json')
        $loaded = [CohereShell.ChatConversation]::Load('vpn.json')

        Join-Path $folder 'vpn.json' | Should -Exist
        Get-ChildItem $folder | Should -HaveCount 1
        $loaded.Model | Should -Be $answer.Model
        $loaded.Messages.Role | Should -Be 'System', 'User', 'Assistant'
        $loaded.Messages[2].Citations[0].Sources[0].Document['text'] | Should -Be 'Logs are kept for 90 days.'
        $loaded | Out-String | Should -BeLike '*command-a-03-2025*3*'
    }

    It 'is saved in the folder of this runspace when another one has removed the module' {
        Invoke-InOtherRunspace 'Remove-Module CohereShell'

        [CohereShell.ChatConversation]::new($answer).Save('vpn.json')

        Join-Path $folder 'vpn.json' | Should -Exist
        [CohereShell.ChatConversation]::Load('vpn.json').Messages | Should -HaveCount 3
    }

    It 'is saved in the folder of the runspace that saves it' {
        $other = New-Item -ItemType Directory -Path (Join-Path $folder 'other')

        Invoke-InOtherRunspace 'param($folder, $answer) Set-Location $folder; [CohereShell.ChatConversation]::new($answer).Save("vpn.json")' -ArgumentList $other.FullName, $answer

        Join-Path $other.FullName 'vpn.json' | Should -Exist
        Join-Path $folder 'vpn.json' | Should -Not -Exist
    }

    It 'continues from <Why>' -ForEach @(
        @{ Why = 'the file'; Value = { Get-Item c.json } }
        @{ Why = 'the text of the file'; Value = { Get-Content c.json -Raw } }
        @{ Why = 'what ConvertFrom-Json makes of it'; Value = { Get-Content c.json -Raw | ConvertFrom-Json } }
        @{ Why = 'a hashtable of it'; Value = { Get-Content c.json -Raw | ConvertFrom-Json -AsHashtable }; Core = $true }
        @{ Why = 'the conversation'; Value = { [CohereShell.ChatConversation]::Load('c.json') } }
    ) {
        if ($Core -and $PSVersionTable.PSVersion.Major -lt 6) {
            Set-ItResult -Skipped -Because 'ConvertFrom-Json makes no hashtables there'
            return
        }

        $answer.ToJson() | Set-Content c.json -Encoding utf8

        $next = Invoke-CohereChat 'And backups?' -History (& $Value)

        $next.History | Should -HaveCount 5
        $next.Text | Should -BeLike '*turn 2*How long are logs kept?*'
        $next.History[2].Citations[0].Sources[0].Id | Should -Be 'policy'
    }

    It 'continues down the pipeline' {
        $next = [CohereShell.ChatConversation]::new($answer) | Invoke-CohereChat 'And backups?'

        $next.History | Should -HaveCount 5
    }

    It 'keeps tool calls and images' {
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'a.png'), (Get-TestPng))
        $messages = @(
            New-CohereChatMessage 'Look.' -Image a.png
            @{ role = 'assistant'; tool_calls = @(@{ id = 'c1'; type = 'function'; function = @{ name = 'get_time'; arguments = '{"zone":"UTC"}' } }) }
            New-CohereChatMessage '{ "time": "12:00" }' -Role Tool -ToolCallId c1
        )
        $asked = Invoke-CohereChat 'And now?' -History $messages -Model command-a-vision-07-2025

        $read = [CohereShell.ChatConversation]::FromJson($asked.ToJson())

        $read.Messages[0].Content[1].ImageUrl | Should -BeLike 'data:image/png;base64,*'
        $read.Messages[1].ToolCalls[0].Arguments['zone'] | Should -Be 'UTC'
        $read.Messages[2].ToolCallId | Should -Be 'c1'
    }

    It 'that is damaged is an error that says so: <Why>' -ForEach @(
        @{ Why = 'cut off'; Json = '{ "format": "CohereShell.ChatConversation", "version": 1, "mess'; Says = '*isn''t JSON*' }
        @{ Why = 'of a later version'; Json = '{ "format": "CohereShell.ChatConversation", "version": 99, "messages": [] }'; Says = '*Update the module*' }
        @{ Why = 'something else'; Json = '{ "a": 1 }'; Says = '*isn''t a saved conversation*' }
    ) {
        Set-Content c.json $Json

        { [CohereShell.ChatConversation]::Load('c.json') } | Should -Throw -ExpectedMessage $Says
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -History (Get-Item c.json) }
        "$problem" | Should -BeLike "*c.json$Says"
    }

    It 'is neither loaded from a pipe nor saved to it, which could wait indefinitely' -Skip:(-not $IsLinux) {
        $pipe = Join-Path $TestDrive 'pipe.json'
        mkfifo $pipe
        try {
            { [CohereShell.ChatConversation]::Load($pipe) } | Should -Throw '*a pipe*'
            { [CohereShell.ChatConversation]::new($answer).Save($pipe) } | Should -Throw '*a pipe*'
            (Get-ErrorOf { Invoke-CohereChat q -History (Get-Item $pipe) }).Exception.Message | Should -Match 'a pipe'
        }
        finally {
            # Pester would look for files to delete behind it.
            [System.IO.File]::Delete($pipe)
        }
    }

    It 'that is damaged shows no control characters of its name: <Why>' -ForEach @(
        @{ Why = 'not UTF-8'; Bytes = [byte[]] (0x42, 0xfc, 0x72, 0x6f) }
        @{ Why = 'not JSON'; Bytes = [byte[]] (0x7b, 0x1b) }
    ) -Skip:(-not $IsLinux) {
        $name = "a$([char] 27)]0;title$([char] 7)$([char] 0x202e)b.json"
        [System.IO.File]::WriteAllBytes((Join-Path $PWD $name), $Bytes)

        $caught = Get-ErrorOf { [CohereShell.ChatConversation]::Load($name) }
        $caught.Exception.Message | Should -Match 'title'
        $caught.Exception.Message | Should -Not -Match '[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]'
    }

    It 'is not there in part when it cannot be written' {
        Set-Content c.json 'before'

        { [CohereShell.ChatConversation]::new($answer).Save('none/c.json') } | Should -Throw
        Get-Content c.json | Should -Be 'before'
        Get-ChildItem $folder | Should -HaveCount 1
    }
}

Describe 'A copy of a conversation' {
    BeforeAll {
        $image = 'data:image/png;base64,iVBORw0KGgo='
        $script:session = Connect-Cohere -Emulator -PassThru
        $script:whole = [CohereShell.ChatMessage[]] @(
            [CohereShell.ChatMessage]::new('User', [CohereShell.ChatContent[]] @([CohereShell.ChatContent]::FromText('look'), [CohereShell.ChatContent]::FromImage($image, 'Low')))
            (New-CohereChatMessage 'I see.' -Role Assistant)
            (Invoke-CohereChat 'emulate:call Get-Date {}' -Tool Get-Date -InvokeTool).History | Where-Object Role -ne 'System'
        )
        # Everything but the citations, which a copy doesn't need to go on.
        function Get-Content2([object] $Message) {
            foreach ($each in $Message) {
                "$($each.Role) $($each.ToolCallId) $($each.ToolPlan)"
                $each.ToolCalls | ForEach-Object { "$($_.Id) $($_.Name) $($_.RawArguments)" }
                $each.Content | ForEach-Object { "$($_.Type) $($_.Text) $($_.ImageUrl) $($_.ImageDetail) $($_.DocumentJson)" }
            }
        }

        function Copy-Clixml([object] $Value) {
            $path = Join-Path $TestDrive 'copy.xml'
            Export-Clixml -InputObject $Value -LiteralPath $path
            Import-Clixml -LiteralPath $path
        }
    }

    It 'continues with -History: <Why>' -ForEach @(
        @{ Why = 'messages'; Make = { Copy-Clixml $whole } }
        @{ Why = 'a conversation'; Make = { Copy-Clixml ([CohereShell.ChatConversation]::new($whole)) } }
    ) {
        $next = Invoke-CohereChat 'And now?' -History (& $Make) -Model command-a-vision-07-2025

        Get-Content2 ($next.History | Select-Object -First $whole.Count) | Should -BeExactly (Get-Content2 $whole)
    }

    It 'continues from an answer: <Why>' -ForEach @(
        @{ Why = 'Export-Clixml'; Make = { Copy-Clixml $answer } }
        @{ Why = 'Start-Job'; Make = {
                Start-Job { Import-Module $using:Manifest; Connect-Cohere -Emulator; Invoke-CohereChat 'How long are logs kept?' -Document @{ id = 'policy'; text = 'Logs are kept for 90 days.' } -SystemMessage 'Be brief.' } | Receive-Job -Wait -AutoRemoveJob
            }
        }
    ) {
        $copy = & $Make
        $copy.PSObject.TypeNames | Should -Contain 'Deserialized.CohereShell.ChatResponse'

        $given = Invoke-CohereChat 'And now?' -History $copy
        $piped = $copy | Invoke-CohereChat 'And now?'

        $given.History.Text | Should -BeExactly ($answer | Invoke-CohereChat 'And now?').History.Text
        $piped.History.Text | Should -BeExactly $given.History.Text
        $piped.History[0].Role | Should -Be 'System'
    }

    It 'continues with piped messages' {
        ($whole | ForEach-Object { Copy-Clixml $_ } | Invoke-CohereChat 'And now?' -Model command-a-vision-07-2025).History | Should -HaveCount ($whole.Count + 2)
        (Copy-Clixml ([CohereShell.ChatConversation]::new($whole)) | Invoke-CohereChat 'And now?' -Model command-a-vision-07-2025).History | Should -HaveCount ($whole.Count + 2)
    }

    It 'is refused if parts are missing' {
        $copy = Copy-Clixml $answer
        $copy.History = @('one', 'two')

        "$(Get-ErrorOf { Invoke-CohereChat 'q' -History $copy })" | Should -BeLike '*-Depth 6*'
        (Get-ErrorOf { $copy | Invoke-CohereChat 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
    }
}

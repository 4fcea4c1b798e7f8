#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Tools of the tests.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalFunctions', '', Justification = 'The model calls them by name.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalVars', '', Justification = 'What global functions and the tests share.')]
param()

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:audit = Join-Path $TestDrive 'audit.jsonl'
    Connect-Cohere -Emulator -AuditPath $audit

    # What the tools were called with, for the tests to look at.
    $global:ToolTrace = [Collections.Generic.List[object]]::new()

    function global:Get-Thing {
        <#
            .SYNOPSIS
            Gives back what it is given.
        #>
        param([string] $Name, [int] $Count, [switch] $Loud, [string[]] $Tag)
        $global:ToolTrace.Add([pscustomobject] @{ Command = 'Get-Thing'; Bound = $PSBoundParameters })
        [pscustomobject] @{ Name = $Name; Count = $Count }
    }

    function global:Remove-Thing {
        param([Parameter(Mandatory)] [string] $Name)
        $global:ToolTrace.Add([pscustomobject] @{ Command = 'Remove-Thing'; Bound = $PSBoundParameters })
        "removed $Name"
    }

    function global:Get-WordCount {
        <#
            .SYNOPSIS
            Counts the words of a file.
            .PARAMETER LiteralPath
            The file.
        #>
        param([Parameter(Mandatory)] [string] $LiteralPath)
        [pscustomobject] @{ File = Split-Path -Leaf $LiteralPath; Words = (-split (Get-Content -Raw -LiteralPath $LiteralPath)).Count }
    }

    function global:Test-Trouble {
        param([string] $Kind)
        switch ($Kind) {
            'error' { Write-Error 'half of it failed'; 'the other half' }
            'throw' { throw 'all of it failed' }
            'slow' { 'begun'; Start-Sleep -Seconds 60 }
            'nothing' { }
            'many' { 1..250 | ForEach-Object { [pscustomobject] @{ Number = $_ } } }
            'long' { 'x' * 200000 }
            'pictures' { [pscustomobject] @{ Text = ('x' * 7999) + '😀😀' } }
            'deep' { @{ a = @{ b = @{ c = @{ d = @{ e = 1 } } } } } }
            'cycle' { $h = @{ name = 'ring' }; $h.self = $h; $h }
            'odd' { [pscustomobject] @{ Script = { Get-Date }; Nan = [double]::NaN; Null = $null } }
            'table' { [pscustomobject] @{ Colour = 'red' } | Format-Table }
            'lines' { 'one', 'two', 'three' }
            'number' { 42 }
            'key' { "key: $env:CO_API_KEY" }
            'connect' { Connect-Cohere -Emulator }
            'break' { 'before'; break }
        }
    }

    function Invoke-Call {
        param([string] $Name, $Arguments = @{}, [hashtable] $With = @{})
        $json = if ($Arguments -is [string]) { $Arguments } else { ConvertTo-Json -InputObject $Arguments -Compress -Depth 9 }
        Invoke-CohereChat "emulate:call $Name $json" -Tool Get-Thing, Remove-Thing, Test-Trouble -InvokeTool @With
    }
}

AfterAll {
    Restore-TestState
    Remove-Item function:global:Get-Thing, function:global:Remove-Thing, function:global:Get-WordCount, function:global:Test-Trouble
    Remove-Variable ToolTrace -Scope Global
}

Describe 'Invoke-CohereChat -InvokeTool: the loop' {
    BeforeEach { $ToolTrace.Clear() }

    It 'runs what the model calls and gives the answer that uses it' {
        $answer = Invoke-CohereChat "Get-Thing with name 'spooler' please" -Tool Get-Thing -InvokeTool
        $answer.FinishReason | Should -Be 'Complete'
        $answer.Text | Should -Match 'spooler'
        $answer.Citations[0].Sources[0].ToolOutput.Name | Should -Be 'spooler'
        $ToolTrace.Count | Should -Be 1
        $answer.ToolSteps.Count | Should -Be 1
        $step = $answer.ToolSteps[0]
        $step.Step | Should -Be 1
        $step.Name | Should -Be 'Get_Thing'
        $step.Command | Should -Be 'Get-Thing'
        $step.Arguments['Name'] | Should -Be 'spooler'
        $step.CommandLine | Should -Be "Get-Thing -Name 'spooler'"
        $step.Outcome | Should -Be 'Succeeded'
        $step.Consent | Should -Be 'ReadOnly'
        $step.Duration | Should -BeGreaterThan ([timespan]::Zero)
        $step.Output | Should -Be '{"Name":"spooler","Count":0}'
    }

    It 'gets no arguments from the emulator that the message doesn''t name' {
        $asked = Invoke-CohereChat "Please Stop-Process with name 'notepad'" -Tool (New-CohereTool Stop-Process -Parameter Id) -InvokeTool -WhatIf
        $asked.ToolSteps | Should -BeNullOrEmpty
        $asked.Text | Should -BeLike '*I need a value for Id*'
        (Invoke-CohereChat "Stop-Process with name 'notepad'" -Tool (New-CohereTool Stop-Process -Parameter Name)).ToolCalls[0].RawArguments | Should -Be '{"Name":["notepad"]}'
    }

    It 'answers a question about a folder with four commands, two of them at once' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'logs')
        Set-Content (Join-Path $folder 'a.txt') 'one two three'
        Set-Content (Join-Path $folder 'b.txt') 'four five'
        $a = Join-Path $folder 'a.txt'
        $question = "Get-ChildItem in LiteralPath '$folder', then Get-Content of LiteralPath '$a' and Get-WordCount of LiteralPath '$a', then Measure-Object"
        $answer = Invoke-CohereChat $question -Tool (New-CohereTool Get-ChildItem -Parameter LiteralPath), (New-CohereTool Get-Content -Parameter LiteralPath), (New-CohereTool Measure-Object -Parameter Sum), 'Get-WordCount' -InvokeTool
        $answer.ToolSteps.Name | Should -Be 'Get_ChildItem', 'Get_Content', 'Get_WordCount', 'Measure_Object'
        $answer.ToolSteps.Step | Should -Be 1, 2, 2, 3
        $answer.ToolSteps.Outcome | Select-Object -Unique | Should -Be 'Succeeded'
        $answer.Text | Should -Match 'a\.txt'
        $answer.Text | Should -Match 'one two three'
        $answer.Text | Should -Match 'Words: 3'
    }

    It 'lets the model mend wrong arguments' {
        $answer = Invoke-CohereChat "Get-Thing name 'x' count 3 emulate:wrong-arguments" -Tool Get-Thing -InvokeTool
        $answer.ToolSteps.Outcome | Should -Be 'InvalidArguments', 'Succeeded'
        $answer.ToolSteps[0].Errors -join ' ' | Should -Match 'emulated_mistake'
        $answer.ToolSteps[0].Errors -join ' ' | Should -Match 'Count'
        $ToolTrace.Count | Should -Be 1
    }

    It 'tells the model of a tool that doesn''t exist, and of arguments that aren''t JSON' {
        $answer = Invoke-Call Format_Disk @{ Drive = 'C' }
        $answer.ToolSteps[0].Outcome | Should -Be 'UnknownTool'
        $answer.ToolSteps[0].Output | Should -Match 'Get_Thing, Remove_Thing'
        (Invoke-Call Get_Thing '{"Name": ').ToolSteps[0].Outcome | Should -Be 'InvalidArguments'
    }

    It 'answers every call under its id, and sends the calls before it' {
        $answer = Invoke-CohereChat 'emulate:call Get_Thing {"Name":"a"} emulate:call Get_Thing {"Name":"b"}' -Tool Get-Thing -InvokeTool
        $answer.History.Role | Should -Be 'User', 'Assistant', 'Tool', 'Tool', 'Assistant'
        $answer.History[2, 3].ToolCallId | Should -Be $answer.History[1].ToolCalls.Id
        $answer.ToolSteps.Step | Should -Be 1, 1
        (Invoke-CohereChat 'And now?' -History $answer.History).Text | Should -Match 'turn 2'
    }

    It 'adds up what all calls cost' {
        $answer = Invoke-CohereChat 'emulate:call Get_Thing {"Name":"a"} emulate:then emulate:call Get_Thing {"Name":"b"}' -Tool Get-Thing -InvokeTool
        $alone = Invoke-CohereChat 'emulate:call Get_Thing {"Name":"a"} emulate:then emulate:call Get_Thing {"Name":"b"}' -Tool Get-Thing
        $answer.Usage.InputTokens | Should -BeGreaterThan (3 * $alone.Usage.InputTokens)
    }

    It 'ends at -MaxToolStep with an error that has what there is' {
        $message = (1..4 | ForEach-Object { "emulate:call Get_Thing {`"Count`":$_}" }) -join ' emulate:then '
        $answer = Invoke-CohereChat $message -Tool Get-Thing -InvokeTool -MaxToolStep 2 -ErrorVariable failed -ErrorAction SilentlyContinue
        $answer | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ToolStepLimit,*'
        $failed[0].TargetObject.ToolSteps.Count | Should -Be 2
        (Invoke-CohereChat $message -Tool Get-Thing -InvokeTool).ToolSteps.Count | Should -Be 4
    }

    It 'makes citations refer to the objects that the tool returned' {
        $answer = Invoke-CohereChat "Get-Thing with name 'spooler' please" -Tool Get-Thing -InvokeTool
        $answer.Citations[0].Sources[0].InputObject.Name | Should -Be 'spooler'
        $answer.Citations[0].Sources[0].InputObject.PSObject.Properties.Name | Should -Be 'Name', 'Count'
    }

    It 'shows in the view what was run' {
        $shown = Invoke-CohereChat "Get-Thing with name 'spooler' please" -Tool Get-Thing -InvokeTool | Out-String -Width 200
        $shown | Should -Match "Ran Get-Thing -Name 'spooler' \(Succeeded, ReadOnly, \d+ ms\)"
        (Invoke-CohereChat 'emulate:call Nope {}' -Tool Get-Thing -InvokeTool).ToolSteps | Out-String -Width 120 | Should -Match '1\s+UnknownTool\s+None\s+0\s+Nope\({}\)'
    }

    It 'calls a required tool once' {
        (Invoke-CohereChat 'Hello' -Tool Get-Thing -InvokeTool -ToolChoice Required).ToolSteps.Count | Should -Be 1
    }

    It 'requires a tool in the first request only' {
        $server = Open-TestServer
        try {
            $call = @{ id = 'call-1'; type = 'function'; function = @{ name = 'Get_Thing'; arguments = '{"Name":"a"}' } }
            $server.Enqueue((ConvertTo-ChatAnswer '' -Message @{ tool_calls = @($call) }))
            $server.Enqueue((ConvertTo-ChatAnswer 'done'))
            $answer = Invoke-CohereChat 'q' -Tool Get-Thing -InvokeTool -ToolChoice Required -Session (Connect-CohereElsewhere $server.BaseUri)

            $answer.Text | Should -Be 'done'
            $first, $second = Get-SentBody $server
            $first.tool_choice | Should -Be 'REQUIRED'
            $second.tools | Should -Not -BeNullOrEmpty
            $second.Keys | Should -Not -Contain 'tool_choice'
        }
        finally {
            $server.Dispose()
        }
    }

    It 'carries several questions out one after another' {
        $answers = "Get-Thing name 'a'", "Get-Thing name 'b'" | Invoke-CohereChat -Tool Get-Thing -InvokeTool
        $answers.ToolSteps.Arguments.Name | Should -Be 'a', 'b'
    }

    It 'works with -Stream, whose last event has the steps' {
        $events = Invoke-CohereChat "Get-Thing with name 'x'" -Tool Get-Thing -InvokeTool -Stream
        $last = $events[-1].Response
        $last.ToolSteps.Count | Should -Be 1
        -join ($events | ForEach-Object Text) | Should -Be $last.Text
        @($events | Where-Object Type -EQ 'MessageEnd').Count | Should -Be 2
    }

    It 'works with -Live, which shows each call' {
        $shown = Invoke-CohereChat "Get-Thing with name 'x'" -Tool Get-Thing -InvokeTool -Live 6>&1
        $answer = $shown[-1]
        $answer.ToolSteps.Count | Should -Be 1
        @($shown | Where-Object { $_ -isnot [CohereShell.ChatResponse] }) -join '' | Should -Match "\[Get-Thing -Name 'x'\]"
        @($shown | Where-Object { $_ -is [CohereShell.ChatResponse] }).Count | Should -Be 1
    }

    It 'says each call with -Verbose' {
        $verbose = Invoke-CohereChat "Get-Thing with name 'x'" -Tool Get-Thing -InvokeTool -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        $verbose.Message | Where-Object { $_ -like "Tool Get_Thing: Get-Thing -Name 'x'; Succeeded*" } | Should -HaveCount 1
    }
}

Describe 'Invoke-CohereChat -InvokeTool: what goes wrong in a tool' {
    It 'gives <Kind> to the model as <Outcome>' -ForEach @(
        @{ Kind = 'error'; Outcome = 'Failed'; Output = '{"text":"the other half"}', '{"errors":["half of it failed"]}' }
        @{ Kind = 'throw'; Outcome = 'Failed'; Output = '{"errors":["all of it failed"]}' }
        @{ Kind = 'nothing'; Outcome = 'Succeeded'; Output = '{"result":"The command ran and returned no output."}' }
        @{ Kind = 'lines'; Outcome = 'Succeeded'; Output = '{"text":"one\ntwo\nthree"}' }
        @{ Kind = 'number'; Outcome = 'Succeeded'; Output = '{"value":42}' }
        @{ Kind = 'cycle'; Outcome = 'Succeeded'; Output = '*"self":"(the object above)"*' }
        @{ Kind = 'odd'; Outcome = 'Succeeded'; Output = '{"Script":"(ScriptBlock)","Nan":"NaN","Null":null}' }
        @{ Kind = 'table'; Outcome = 'Succeeded'; Output = '*Colour*red*' }
        @{ Kind = 'deep'; Outcome = 'Succeeded'; Output = '{"a":{"b":{"c":{"d":"(Hashtable)"}}}}', '*1 value deep inside*' }
        @{ Kind = 'break'; Outcome = 'Succeeded'; Output = '{"text":"before"}' }
        @{ Kind = 'connect'; Outcome = 'Failed'; Output = "*can't be used while a tool of a model*" }
    ) {
        $step = (Invoke-Call Test_Trouble @{ Kind = $Kind }).ToolSteps[0]
        $step.Outcome | Should -Be $Outcome
        $step.Output.Count | Should -Be @($Output).Count
        for ($i = 0; $i -lt $step.Output.Count; $i++) {
            $step.Output[$i] | Should -BeLike ([string] @($Output)[$i]).Replace('[', '`[').Replace(']', '`]')
        }
    }

    It 'stops a tool that takes longer than -ToolTimeoutSec' {
        $step = (Invoke-Call Test_Trouble @{ Kind = 'slow' } @{ ToolTimeoutSec = 2 }).ToolSteps[0]
        $step.Outcome | Should -Be 'TimedOut'
        $step.Duration | Should -BeLessThan ([timespan]::FromSeconds(30))
        $step.Output[0] | Should -Be '{"text":"begun"}'
        $step.Errors -join '' | Should -Match "didn't end within 2 s"
    }

    It 'says what was cut off: <Kind>' -ForEach @(
        @{ Kind = 'many'; Count = 101; Says = '100 of 250 objects' }
        @{ Kind = 'long'; Count = 2; Says = '200001 characters' }
    ) {
        $step = (Invoke-Call Test_Trouble @{ Kind = $Kind }).ToolSteps[0]
        $step.IsTruncated | Should -BeTrue
        $step.Output.Count | Should -Be $Count
        $step.Output[-1] | Should -Match $Says
        ($step.Output -join '').Length | Should -BeLessThan 50000
    }

    It 'cuts no character in two' {
        $step = (Invoke-Call Test_Trouble @{ Kind = 'pictures' }).ToolSteps[0]

        ($step.Output[0] | ConvertFrom-Json).Text | Should -BeExactly (('x' * 7999) + '… (cut: 8003 characters in all)')
    }

    It 'ends at once on Ctrl+C, and the tool with it' {
        $trace = Join-Path $TestDrive 'stopped.txt'
        $shell = Get-OtherPowerShell
        try {
            $shell.Runspace.SessionStateProxy.SetVariable('trace', $trace)
            $running = $shell.AddScript({
                function Wait-Long { try { Set-Content $trace 'begun'; Start-Sleep -Seconds 100 } finally { [IO.File]::AppendAllText($trace, 'ended') } }
                Connect-Cohere -Emulator
                Invoke-CohereChat 'Wait-Long now' -Tool Wait-Long -InvokeTool -AllowTool Wait-Long
            }).BeginInvoke()
            Wait-Condition { Test-Path $trace }
            $shell.Stop()
            Wait-Condition { $running.IsCompleted }
            Get-Content $trace | Should -Be 'begun', 'ended'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

Describe 'Invoke-CohereChat -InvokeTool: hostile arguments' {
    BeforeEach { $ToolTrace.Clear() }

    It 'hands <Kind> over as it is' -ForEach @(
        @{ Kind = 'a command'; Value = "'; Remove-Item x; '" }
        @{ Kind = 'an expression'; Value = '$(throw "no")' }
        @{ Kind = 'a variable'; Value = '$env:PATH `n "' }
        @{ Kind = 'wildcards'; Value = '/etc/*[a-z]?' }
        @{ Kind = 'control characters'; Value = "a`u{1b}[31m`0`b`r`nb" }
        @{ Kind = 'a parameter'; Value = '-Count:7 -Loud' }
        @{ Kind = 'a splat'; Value = '@args' }
        @{ Kind = '10 MB'; Value = 'x' * 10MB }
    ) {
        $answer = Invoke-Call Get_Thing @{ Name = $Value }
        $ToolTrace.Count | Should -Be 1
        $ToolTrace[0].Bound.Keys | Should -Be 'Name'
        $ToolTrace[0].Bound.Name -ceq $Value | Should -BeTrue
        $answer.ToolSteps[0].CommandLine.Length | Should -BeLessThan 1000
        $answer.ToolSteps[0].CommandLine | Should -Not -Match '[\x00-\x1f]'
    }
}

Describe 'Invoke-CohereChat -InvokeTool: consent' {
    BeforeEach { $ToolTrace.Clear(); Set-Content $audit '' }

    It 'runs what -AllowTool names as <_>' -ForEach 'Remove-Thing', 'Remove_Thing', 'remove-*' {
        $step = (Invoke-Call Remove_Thing @{ Name = 'a' } @{ AllowTool = $_ }).ToolSteps[0]
        $step.Consent | Should -Be 'AllowTool'
        $step.Outcome | Should -Be 'Succeeded'
        $ToolTrace.Count | Should -Be 1
    }

    It 'does not have a command ask once more that has been allowed' {
        function global:Reset-Thing {
            [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
            param([string] $Name)
            if ($PSCmdlet.ShouldProcess($Name)) { "reset $Name" }
        }
        try {
            $step = (Invoke-CohereChat 'emulate:call Reset_Thing {"Name":"a"}' -Tool Reset-Thing -InvokeTool -AllowTool Reset-Thing).ToolSteps[0]
            $step.Output | Should -Be '{"text":"reset a"}'
            $step.Arguments.Keys | Should -Be 'Name'
        }
        finally {
            Remove-Item function:global:Reset-Thing
        }
    }

    It 'has tools of a script allowed by their names only, whatever their verb' {
        $tool = New-CohereTool -Name Get_Ticket -ScriptBlock { param([int] $Id) "ticket $Id" }
        $ask = { param($With) (Invoke-CohereChat 'emulate:call Get_Ticket {"Id":7}' -Tool $tool -InvokeTool @With).ToolSteps[0] }
        (& $ask @{ AllowTool = 'Get_Ticket' }).Output | Should -Be '{"text":"ticket 7"}'
        (& $ask @{ WhatIf = $true }).Outcome | Should -Be 'WhatIf'
    }

    It 'runs nothing with -WhatIf, and tells the model so' {
        foreach ($name in 'Remove_Thing', 'Get_Thing') {
            $step = (Invoke-Call $name @{ Name = 'a' } @{ WhatIf = $true; AllowTool = 'Remove-Thing' }).ToolSteps[0]
            $step.Outcome | Should -Be 'WhatIf'
            $step.Output | Should -Match '-WhatIf'
        }

        $ToolTrace.Count | Should -Be 0
    }

    It 'refuses what is not allowed if no user can answer, and writes everything to the audit file' {
        $file = Join-Path $TestDrive 'precious.txt'
        Set-Content $file 'keep me'
        $log = Join-Path $TestDrive 'child-audit.jsonl'
        $result = Invoke-InOtherProcess (@'
            Import-Module $Manifest
            Connect-Cohere -Emulator -AuditPath 'LOG'
            $message = 'emulate:call Remove_Item ' + (@{ LiteralPath = @('FILE') } | ConvertTo-Json -Compress)
            $tool = New-CohereTool Remove-Item -Parameter LiteralPath
            $step = (Invoke-CohereChat $message -Tool $tool -InvokeTool).ToolSteps
            "$($step.Outcome) $($step.Consent) $(Test-Path 'FILE')"
            $step = (Invoke-CohereChat $message -Tool $tool -InvokeTool -AllowTool Remove-Item).ToolSteps
            "$($step.Outcome) $($step.Consent) $(Test-Path 'FILE')"
'@).Replace('LOG', $log).Replace('FILE', $file)
        $result | Should -Be 'Refused NobodyToAsk True', 'Succeeded AllowTool False'
        $lines = Get-Content $log | ConvertFrom-Json | Where-Object operation -EQ 'InvokeTool'
        $lines.tool | Should -Be 'Remove_Item', 'Remove_Item'
        $lines.command | Should -Be 'Remove-Item', 'Remove-Item'
        $lines.consent | Should -Be 'NobodyToAsk', 'AllowTool'
        $lines.outcome | Should -Be 'Refused', 'Succeeded'
        Get-Content $log -Raw | Should -Not -Match 'precious'
    }

    It 'asks in a terminal, does it with consent and not without, and writes both into the audit file' -Skip:($null -eq (Get-Command tmux -CommandType Application -ErrorAction Ignore)) {
        $file = Join-Path $TestDrive 'asked.txt'
        Set-Content $file 'remove me'
        $log = Join-Path $TestDrive 'asked-audit.jsonl'
        $socket = "tools-$PID"
        $script = @'
            Import-Module 'MODULE'
            Connect-Cohere -Emulator -AuditPath 'LOG'
            $message = 'emulate:call Remove_Item ' + (@{ LiteralPath = @('FILE') } | ConvertTo-Json -Compress)
            foreach ($i in 1, 2) {
                $step = (Invoke-CohereChat $message -Tool (New-CohereTool Remove-Item -Parameter LiteralPath) -InvokeTool).ToolSteps
                "$i`: $($step.Outcome) $($step.Consent) $(Test-Path 'FILE')"
            }
'@.Replace('MODULE', $Manifest).Replace('LOG', $log).Replace('FILE', $file)
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script))
        $screen = { (tmux -L $socket capture-pane -p -J -t run) -join "`n" }
        tmux -L $socket -f /dev/null new-session -d -s run -x 200 -y 40 "$(Get-PowerShellCommandLine) -NoProfile -NoLogo -NoExit -EncodedCommand $encoded"
        try {
            Wait-Condition { (& $screen) -like "*Remove-Item -LiteralPath @('$file')*Run it?*" }
            tmux -L $socket send-keys -t run n Enter
            Wait-Condition { (& $screen) -like '*1: Refused Denied True*Run it?*' }
            tmux -L $socket send-keys -t run y Enter
            Wait-Condition { (& $screen) -like '*2: Succeeded Confirmed False*' }
        }
        finally {
            tmux -L $socket kill-server
        }

        $lines = Get-Content $log | ConvertFrom-Json | Where-Object operation -EQ 'InvokeTool'
        $lines.consent | Should -Be 'Denied', 'Confirmed'
        $lines.outcome | Should -Be 'Refused', 'Succeeded'
    }

    It 'leaves the answer, and what a tool shows, in a transcript' {
        $path = Join-Path $TestDrive 'transcript.txt'
        $null = Invoke-InOtherProcess "Import-Module `$Manifest; Connect-Cohere -Emulator
            function Get-Greeting { param([string] `$Name) Write-Host 'shown by the tool'; 'Hello!' }
            `$null = Start-Transcript '$path'
            Invoke-CohereChat 'emulate:call Get_Greeting {}' -Tool Get-Greeting -InvokeTool
            `$null = Stop-Transcript"

        $transcript = Get-Content -LiteralPath $path -Raw
        $transcript | Should -BeLike '*shown by the tool*'
        $transcript | Should -BeLike '*This is what I found: text: Hello*'
    }

    It 'refuses in a background job, where an answer may never come' {
        $module = (Get-Module CohereShell).Path
        $job = Start-Job {
            Import-Module $using:module
            Connect-Cohere -Emulator
            function global:Remove-Thing { 'removed' }
            (Invoke-CohereChat 'emulate:call Remove_Thing {}' -Tool Remove-Thing -InvokeTool).ToolSteps.Consent.ToString()
        }
        $job | Wait-Job -Timeout 60 | Receive-Job | Should -Be 'NobodyToAsk'
        $job | Remove-Job -Force
    }

    It 'does not let the key out: not to the tool, not to the processes it starts, not in what it says' {
        $env:CO_API_KEY = 'a-secret-key-for-tools'
        try {
            $step = (Invoke-Call Test_Trouble @{ Kind = 'key' }).ToolSteps[0]
            $step.Output | Should -Be '{"text":"key: "}'
            $env:CO_API_KEY | Should -Be 'a-secret-key-for-tools'
        }
        finally {
            $env:CO_API_KEY = $null
        }
    }

    It 'takes the key of the session out of what a tool says' {
        $emulator = Start-CohereEmulator
        $other = Connect-CohereElsewhere $emulator.BaseUri
        function global:Get-Leak { 'the key is a-key-for-tests' }
        try {
            (Invoke-CohereChat 'emulate:call Get_Leak {}' -Tool Get-Leak -InvokeTool -Session $other).ToolSteps[0].Output | Should -Be '{"text":"the key is ***"}'
        }
        finally {
            Remove-Item function:global:Get-Leak
            $emulator | Stop-CohereEmulator
        }
    }

    It 'refuses <Name> before anything is sent' -ForEach @(
        @{ Name = '-InvokeTool without tools'; With = @{ InvokeTool = $true }; Id = 'InvalidCombination' }
        @{ Name = '-AllowTool without -InvokeTool'; With = @{ Tool = 'Get-Thing'; AllowTool = 'Get-Thing' }; Id = 'InvalidCombination' }
        @{ Name = 'a tool with nothing behind it'; With = @{ Tool = @{ name = 't' }; InvokeTool = $true }; Id = 'InvalidValue' }
        @{ Name = 'an allowed tool that is not there'; With = @{ Tool = 'Get-Thing'; InvokeTool = $true; AllowTool = 'Get-Thin' }; Id = 'InvalidValue' }
    ) {
        (Get-ErrorOf { Invoke-CohereChat 'Hello' @With }).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
    }
}

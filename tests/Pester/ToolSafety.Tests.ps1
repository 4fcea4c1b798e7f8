#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator

    # What became of a call to a script block that may do anything.
    function Invoke-Script {
        param([Parameter(Mandatory)] [scriptblock] $Script, [hashtable] $Argument = @{}, [hashtable] $With = @{})
        $tool = New-CohereTool -Name Try_It -Description 'Tries it.' -ScriptBlock $Script
        $json = ConvertTo-Json -InputObject $Argument -Compress -Depth 9
        (Invoke-CohereChat "emulate:call Try_It $json" -Tool $tool -InvokeTool -AllowTool Try_It @With).ToolSteps[0]
    }
}

AfterAll { Restore-TestState }

Describe 'Tools and the key' {
    BeforeAll {
        $env:CO_API_KEY = 'a-secret-key-for-tools'
        $env:COHERE_API_KEY = 'another-key-for-tools'
    }

    AfterAll { $env:CO_API_KEY = $env:COHERE_API_KEY = $null }

    It 'does not let the key out by a property that is a script, and runs when it is read' {
        $step = Invoke-Script { [pscustomobject] @{ Id = 1 } | Add-Member -PassThru ScriptProperty Late { "$env:CO_API_KEY$env:COHERE_API_KEY" -replace '(.)', '$1.' } }
        $step.Output | Should -Be '{"Id":1,"Late":""}'
        $env:CO_API_KEY | Should -Be 'a-secret-key-for-tools'
    }

    It 'does not let such a property connect' {
        $before = Get-CohereSession
        $step = Invoke-Script { [pscustomobject] @{ Id = 1 } | Add-Member -PassThru ScriptProperty Late { Connect-Cohere -Emulator -ErrorAction Stop; 'connected' } }
        $step.Output | Should -Be '{"Id":1,"Late":null}'
        (Get-CohereSession).Id | Should -Be $before.Id
    }

    It 'takes the keys of the environment out of what a tool finds elsewhere, whichever of them the session has' {
        $step = Invoke-Script { 'CO_API_KEY=a-secret-key-for-tools', 'COHERE_API_KEY=another-key-for-tools' }
        $step.Output | Should -Be '{"text":"CO_API_KEY=***\nCOHERE_API_KEY=***"}'
    }

    It 'refuses Connect-Cohere in <Where>' -ForEach @(
        @{ Where = 'a function'; Script = { function Get-Around { Connect-Cohere @args }; Get-Around -Emulator } }
        @{ Where = 'an alias'; Script = { Set-Alias Get-Around CohereShell\Connect-Cohere; Get-Around -Emulator } }
        @{ Where = 'a nested pipeline'; Script = { [powershell]::Create('CurrentRunspace').AddCommand('Connect-Cohere').AddParameter('Emulator').Invoke() } }
        @{
            Where = 'a runspace that it opens'
            Script = {
                $shell = [powershell]::Create().AddScript("Import-Module '$((Get-Module CohereShell).Path)'; Connect-Cohere -BaseUri http://localhost:1 -PassThru")
                try { $shell.Invoke(); $shell.Streams.Error | ForEach-Object { Write-Error -ErrorRecord $_ } } finally { $shell.Dispose() }
            }
        }
    ) {
        $step = Invoke-Script $Script
        $step.Outcome | Should -Be 'Failed'
        $step.Errors -join '' | Should -Match "Connect-Cohere can't be used while a tool of a model runs"
    }

    It 'refuses it in parallel runspaces and thread jobs, too' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $module = (Get-Module CohereShell).Path
        $connect = [scriptblock]::Create("Import-Module '$module'; (Connect-Cohere -BaseUri http://localhost:1 -PassThru).ApiKeySource")
        (Invoke-Script ([scriptblock]::Create("1 | ForEach-Object -Parallel { $connect }"))).Errors -join '' | Should -Match "can't be used while"
        (Invoke-Script ([scriptblock]::Create("Start-ThreadJob { $connect } | Receive-Job -Wait -AutoRemoveJob"))).Errors -join '' | Should -Match "can't be used while"
        # It is over when the tool is.
        { Connect-Cohere -Emulator } | Should -Not -Throw
    }
}

Describe 'The output of a tool' {
    It 'says <Kind> to the model' -ForEach @(
        @{ Kind = 'what fails at its text'; Script = { class NoText { [string] ToString() { throw 'no' } }; [NoText]::new() }; Output = '{"value":"(NoText)"}' }
        @{ Kind = 'what fails at its text, deep inside'; Script = { class NoText { [string] ToString() { throw 'no' } }; @{ a = @{ b = @{ c = @{ d = [NoText]::new() } } } } }; Output = '{"a":{"b":{"c":{"d":"(NoText)"}}}}' }
        @{ Kind = 'what fails at its text, in an object'; Script = { class NoText { [string] ToString() { throw 'no' } }; class Holder { [object] $Held = [NoText]::new() }; [Holder]::new() }; Output = '{"Held":"(NoText)"}' }
        @{ Kind = 'an empty table'; Script = { @{} }; Output = '{"value":{}}' }
        @{ Kind = 'what has no properties'; Script = { [object]::new() }; Output = '{"value":"System.Object"}' }
        @{ Kind = 'a list that fails'; Script = { class NoList : System.Collections.IEnumerable { [System.Collections.IEnumerator] GetEnumerator() { throw 'no' } }; [pscustomobject] @{ A = [NoList]::new() } }; Output = '{"A":[]}' }
        @{ Kind = 'XML'; Script = { [xml] '<a x="1"><b>text</b></a>' }; Output = '{"text":"<a x=\"1\"><b>text</b></a>"}' }
        @{ Kind = 'a property that is nothing'; Script = { [pscustomobject] @{ A = 1 } | Add-Member -PassThru ScriptProperty Nothing { } }; Output = '{"A":1,"Nothing":null}' }
        @{ Kind = 'no password'; Script = { [pscustomobject] @{ Login = [Net.NetworkCredential]::new('me', 'a-password') } }; Output = '{"Login":"(NetworkCredential)"}' }
    ) {
        $step = Invoke-Script $Script
        $step.Errors | Should -BeNullOrEmpty
        $step.Output[0] | Should -Be $Output
    }

    It 'tells folders as shortly as files' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'folder')
        $step = Invoke-Script ([scriptblock]::Create("Get-Item -LiteralPath '$folder'"))
        $told = ConvertFrom-Json $step.Output[0]
        $told.PSObject.Properties.Name | Should -Be 'Mode', 'LastWriteTime', 'Name', 'FullName'
        $told.FullName | Should -Be $folder.FullName
    }

    It 'leaves out what providers hang on their items' {
        $env:SAFETY_TEST = 'a value'
        try {
            (Invoke-Script { Get-Item env:SAFETY_TEST }).Output | Should -Be '{"PSPath":"Microsoft.PowerShell.Core\\Environment::SAFETY_TEST","Name":"SAFETY_TEST","Key":"SAFETY_TEST","Value":"a value"}'
        }
        finally {
            $env:SAFETY_TEST = $null
        }
    }

    It 'says dates in one way whatever the culture' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        (Invoke-Script { [pscustomobject] @{ D = [DateOnly]::new(2026, 1, 2); T = [TimeOnly]::new(3, 4) } }).Output | Should -BeLike '{"D":"2026-01-02","T":"03:04:00*"}'
    }

    It 'bounds names of properties' {
        $step = Invoke-Script { @{ ('n' * 1MB) = 1 } }
        $step.Output[0].Length | Should -BeLessThan 1000
        $step.IsTruncated | Should -BeTrue
    }

    It 'takes the key out before it cuts, so that no part of it is left: <Kind>' -ForEach @(
        @{ Kind = 'lines'; Script = { 'x' * 39990 + 'no-key-7q4xv9t2mw5b' } }
        @{ Kind = 'a property'; Script = { [pscustomobject] @{ Text = 'x' * 7990 + 'no-key-7q4xv9t2mw5b' } } }
        @{ Kind = 'an error'; Script = { throw ('x' * 990 + 'no-key-7q4xv9t2mw5b') } }
        @{ Kind = 'a name'; Script = { @{ ('x' * 190 + 'no-key-7q4xv9t2mw5b') = 1 } } }
    ) {
        $step = Invoke-Script $Script
        $step.Output -join '' | Should -Match 'xx'
        $step.Output -join '' | Should -Not -Match 'no-key'
        $step.Errors -join '' | Should -Not -Match 'no-key'
    }

    It 'doesn''t wait indefinitely for a property' {
        $step = Invoke-Script { [pscustomobject] @{ Id = 1 } | Add-Member -PassThru ScriptProperty Late { while ($true) { } } } -With @{ ToolTimeoutSec = 1 }
        $step.Outcome | Should -Be 'TimedOut'
        $step.Output | Should -Be '{"errors":["The output of the command couldn''t be read within 1 s. Ask for something else."]}'
        (Invoke-Script { 'and goes on' }).Output | Should -Be '{"text":"and goes on"}'
    }

    It 'counts a hundred thousand errors and keeps the first; that the time was up is not lost among them' {
        $step = Invoke-Script { while ($true) { Write-Error 'again' -ErrorAction Continue } } -With @{ ToolTimeoutSec = 1 }
        $step.Outcome | Should -Be 'TimedOut'
        $step.Errors[0] | Should -BeLike "The command didn't end within 1 s*"
        $step.Errors.Count | Should -BeLessOrEqual 101
        $told = ConvertFrom-Json $step.Output[0]
        $told.errors[0] | Should -BeLike "The command didn't end within 1 s*"
        $told.errorCount | Should -BeGreaterThan 101
    }
}

Describe 'The consent of the user' {
    It 'is asked for although a tool has turned confirmations off' {
        $screen = Invoke-InTestHost -Line '1', '0' -Script '
            Connect-Cohere -Emulator
            function Set-Thing { $global:ConfirmPreference = [System.Management.Automation.ConfirmImpact]::None }
            function Remove-Thing { param([string] $Name) "removed $Name" }
            $message = ''emulate:call Set_Thing {} emulate:call Remove_Thing {"Name":"a"} emulate:call Remove_Thing {"Name":"b"}''
            (Invoke-CohereChat $message -Tool Set-Thing, Remove-Thing -InvokeTool -AllowTool Set_Thing).ToolSteps | ForEach-Object { Write-Host "$($_.CommandLine): $($_.Outcome), $($_.Consent)" }'
        $screen | Should -Match "Run it\?"
        $screen | Should -Match 'Set-Thing: Succeeded, AllowTool'
        $screen | Should -Match "Remove-Thing -Name 'a': Refused, Denied"
    }
}

BeforeDiscovery {
    $script:calls = @(
        @{ Kind = 'characters that are not seen'; Argument = '@{ Text = "a`u{200b}b`u{00ad}`u{2028}`u{3164}`u{e0041}`u{200f}c" }'; Shown = "'a``u{200b}b``u{00ad}``u{2028}``u{3164}``u{e0041}``u{200f}c'" }
        @{ Kind = 'marks that are not drawn, and characters that do not exist'; Argument = '@{ Text = "a`u{034f}b`u{17b5}`u{2065}`u{fff0}`u{e0fff}c" }'; Shown = "'a``u{034f}b``u{17b5}``u{2065}``u{fff0}``u{e0fff}c'" }
        @{ Kind = 'blanks that are no space'; Argument = '@{ Text = "a`u{00a0}b c`u{3000}" }'; Shown = "'a``u{00a0}b c``u{3000}'" }
        @{ Kind = 'control characters and directions'; Argument = '@{ Text = "a`e[2K`r`u{202e}b" }'; Shown = "'a$([char] 0x241b)[2K$([char] 0x240d)``u{202e}b'" }
        @{ Kind = 'other scripts and pictures as they are'; Argument = '@{ Text = "naïve 東京 `u{1f600} שלום" }'; Shown = "'naïve 東京 `u{1f600} שלום'" }
    )
}

Describe 'What is seen of a call' -ForEach @{ Cases = $calls } {
    BeforeAll {
        $script:long = '@{ Text = "begin" + "x" * 5000 + "; Remove-Item end" }'
        $script:whole = '@{ Text = "begin" + "x" * 3000 + "end" }'
        $script:many = '@{ List = 1..100 | ForEach-Object { "file$_.txt" } }'

        # -WhatIf shows what a question shows; and what the record of the call has. One process shows all of them.
        $script:shownOf = @{}
        $script = @'
            Import-Module $Manifest
            Connect-Cohere -Emulator
            $tool = New-CohereTool -Name Try_It -ScriptBlock { param([string] $Text, [string[]] $List) }
'@
        foreach ($argument in @($Cases.Argument) + $long + $whole + $many) {
            $script += "`n" + @'
            $json = ConvertTo-Json -Compress -InputObject (ARGUMENT)
            'record ' + (Invoke-CohereChat "emulate:call Try_It $json" -Tool $tool -InvokeTool -WhatIf).ToolSteps[0].CommandLine
'@.Replace('ARGUMENT', $argument)
        }

        $lines = @(Invoke-InOtherProcess $script)
        $begin = 0
        foreach ($argument in @($Cases.Argument) + $long + $whole + $many) {
            $end = $begin
            while ($end -lt $lines.Count - 1 -and $lines[$end] -notlike 'record *') {
                $end++
            }

            $shownOf[$argument] = $lines[$begin..$end]
            $begin = $end + 1
        }

        function Get-Shown([string] $Argument) { $shownOf[$Argument] }
    }

    It 'shows <Kind>' -ForEach $Cases {
        $told = (Get-Shown $Argument) -join ''
        $line = [regex]::Escape("Try_It -Text $Shown")
        $told | Should -Match "What if: .*$line.*record $line"
    }

    It 'shows beginning and end of a long text, and all of one of a few lines' {
        $told = Get-Shown $long
        $told[0] | Should -BeLike "What if: *'beginxxx*x' … 'xxx*; Remove-Item end' (5022 characters in all)*"
        $told[-1] | Should -BeLike "record *'beginxxx*x' … 'xxx*; Remove-Item end' (5022 characters in all)"
        $told[-1].Length | Should -BeLessThan 1000
        (Get-Shown $whole)[0] | Should -Match 'beginx{3000}end'
    }

    It 'shows a hundred items, and says how many there are of more' {
        $told = Get-Shown $many
        $told[0] | Should -Match "'file100\.txt'"
        $told[-1] | Should -Match "'file20\.txt', … 100 in all\)"
    }
}

Describe 'What the model is told' {
    It 'ends with one full stop where a command cannot be read' {
        function Get-Unreadable { [CmdletBinding()] param($Ob) "$Ob" }
        (Get-ErrorOf { New-CohereTool Get-Unreadable }).Exception.Message | Should -Match "'OutBuffer'\.$"
        (Get-ErrorOf { New-CohereTool Get-Unreadable }).Exception.Message | Should -Not -Match '\.\.$'
    }

    It 'parts what is wrong with its arguments' {
        $answer = Invoke-CohereChat 'emulate:call Get_Date {"Nope":1,"Neither":2}' -Tool (New-CohereTool Get-Date -Parameter Format) -InvokeTool
        $answer.ToolSteps[0].Output | Should -Be '{"error":"parameter Nope doesn''t exist; parameter Neither doesn''t exist; the parameters are Format"}'
    }
}

Describe 'A chat that fails after tools have run' {
    It 'has what was done in its error' {
        $emulator = Start-CohereEmulator
        $session = $emulator | Connect-Cohere -PassThru -MaxRetryCount 0
        $tool = New-CohereTool -Name Stop_It -ScriptBlock { Stop-CohereEmulator -Confirm:$false; 'stopped' }
        try {
            Invoke-CohereChat 'emulate:call Stop_It {}' -Tool $tool -InvokeTool -AllowTool Stop_It -Session $session -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failed[0].TargetObject.ToolSteps.Output | Should -Be '{"text":"stopped"}'
        }
        finally {
            $session | Disconnect-Cohere
            Connect-Cohere -Emulator
        }
    }
}

Describe 'Tab at -AllowTool' {
    It 'offers the tools that would ask: <Line>' -ForEach @(
        @{ Line = 'Invoke-CohereChat x -InvokeTool -Tool Get-Date, Remove-Item, Stop-Process -AllowTool '; Found = 'Remove-Item', 'Stop-Process' }
        @{ Line = 'Invoke-CohereChat x -InvokeTool -Tool Get-Date, Remove-Item, Stop-Process -AllowTool Sto'; Found = 'Stop-Process' }
        @{ Line = 'Enter-CohereChat -Tool Remove-Item -AllowTool '; Found = 'Remove-Item' }
        @{ Line = 'Enter-CohereChat -Tool $toolForTab -AllowTool '; Found = 'Do_It' }
    ) {
        Set-Variable toolForTab -Scope Global -Value (New-CohereTool -Name Do_It -ScriptBlock { })
        try {
            (Get-TabCompletion $Line).CompletionText | Should -Be $Found
        }
        finally {
            Remove-Variable toolForTab -Scope Global
        }
    }
}

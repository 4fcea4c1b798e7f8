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
        $step.Errors -join '' | Should -Match "Connect-Cohere cannot be used while a model's tool runs"
    }

    It 'refuses it in parallel runspaces and thread jobs, too' -Skip:($PSVersionTable.PSVersion.Major -lt 7) {
        $module = (Get-Module CohereShell).Path
        $connect = [scriptblock]::Create("Import-Module '$module'; (Connect-Cohere -BaseUri http://localhost:1 -PassThru).ApiKeySource")
        (Invoke-Script ([scriptblock]::Create("1 | ForEach-Object -Parallel { $connect }"))).Errors -join '' | Should -Match 'cannot be used while'
        (Invoke-Script ([scriptblock]::Create("Start-ThreadJob { $connect } | Receive-Job -Wait -AutoRemoveJob"))).Errors -join '' | Should -Match 'cannot be used while'
        # It is over when the tool is.
        { Connect-Cohere -Emulator } | Should -Not -Throw
    }
}

#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalVars', '', Justification = 'A script block that gives keys runs in whatever scope asks it, a vault in its own.')]
param()

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'The default session' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'key-of-this-runspace'
    }

    It 'belongs to its runspace: another one does not see it' {
        Invoke-InOtherRunspace 'Get-CohereSession' | Should -BeNullOrEmpty
        (Get-ErrorOf { Invoke-InOtherRunspace 'Invoke-CohereChat q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoApiKey,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'can be another one in each runspace' {
        $other = Open-TestServer
        try {
            Invoke-InOtherRunspace 'param($address) Connect-Cohere -BaseUri $address -ApiKey key-of-another-runspace; (Invoke-CohereChat there).Text' $other.BaseUri | Should -Be 'there'
            (Invoke-CohereChat 'here').Text | Should -Be 'here'

            $other.LastRequest.Authorization | Should -Be 'Bearer key-of-another-runspace'
            $server.LastRequest.Authorization | Should -Be 'Bearer key-of-this-runspace'
            $server.Requests | Should -HaveCount 1
        }
        finally {
            $other.Dispose()
        }
    }

    It 'is closed with its runspace' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $session.IsOpen | Should -BeTrue

        $OtherShells[-1].Runspace.Close()

        Wait-Condition { -not $session.IsOpen }
    }

    It 'is not closed with a runspace that only borrowed it' {
        Invoke-InOtherRunspace 'param($session) (Invoke-CohereChat there -Session $session).Text' (Get-CohereSession) | Should -Be 'there'

        (Invoke-CohereChat 'here').Text | Should -Be 'here'
    }
}

Describe 'A session from the environment' {
    BeforeEach {
        $server.Reset()
        Disconnect-Cohere
        $env:CO_API_KEY = 'key-of-the-environment'
        $env:CO_API_URL = "$($server.BaseUri)/prefix"
    }
    AfterEach {
        foreach ($name in 'CO_API_KEY', 'COHERE_API_KEY', 'CO_API_URL') {
            Set-EnvironmentVariable @{ $name = $null }
        }
    }

    It 'is created if no session is connected' {
        (Invoke-CohereChat 'q').Text | Should -Be 'q'

        $server.LastRequest.Authorization | Should -Be 'Bearer key-of-the-environment'
        $server.LastRequest.Target | Should -Be '/prefix/v2/chat'
    }

    It 'takes COHERE_API_KEY where CO_API_KEY is empty' {
        $env:CO_API_KEY = ''
        $env:COHERE_API_KEY = 'key-of-the-second-kind'

        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Authorization | Should -Be 'Bearer key-of-the-second-kind'
    }

    It 'gives way to Connect-Cohere' {
        $null = Invoke-CohereChat 'q'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'key-that-is-given'

        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Authorization | Should -Be 'Bearer key-that-is-given'
    }

    It 'makes ForEach-Object -Parallel work without more ado' {
        $texts = 1..6 | ForEach-Object -Parallel {
            Import-Module $using:Manifest
            (Invoke-CohereChat "from $_").Text
        } -ThrottleLimit 3

        $texts | Sort-Object | Should -Be (1..6 | ForEach-Object { "from $_" })
        $server.Requests.Authorization | Sort-Object -Unique | Should -Be 'Bearer key-of-the-environment'
    }

    It 'works in Start-Job' {
        $job = Start-Job -ScriptBlock {
            Import-Module $args[0]
            (Invoke-CohereChat 'from a job').Text
        } -ArgumentList $Manifest

        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 'from a job'
    }
}

Describe 'A session that is shared' {
    BeforeEach {
        $server.Reset()
        $script:session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru
    }

    It 'is used by ForEach-Object -Parallel with $using:, and counts for all' {
        $texts = 1..6 | ForEach-Object -Parallel {
            Import-Module $using:Manifest
            (Invoke-CohereChat "from $_" -Session $using:session).Text
        } -ThrottleLimit 3

        $texts | Should -HaveCount 6
        (Get-CohereUsage).Calls | Should -Be 6
    }

    It 'is used by Start-ThreadJob with $using:' {
        $job = Start-ThreadJob -ScriptBlock {
            Import-Module $using:Manifest
            (Invoke-CohereChat 'from a thread job' -Session $using:session).Text
        }

        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 'from a thread job'
        $session.IsOpen | Should -BeTrue
    }

    It 'says what to do where Start-Job has made a copy of it' {
        $job = Start-Job -ScriptBlock {
            Import-Module $using:Manifest
            try {
                Invoke-CohereChat 'from a job' -Session $using:session
            }
            catch {
                "$_"
            }
        }

        $job | Receive-Job -Wait -AutoRemoveJob | Should -BeLike '*copy*another process*Connect-Cohere*$using:*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'pauses for all callers after a 429' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 429; Headers = @{ 'Retry-After' = '1' } })

        $answers = 1..4 | ForEach-Object { "q$_" } | Invoke-CohereChat -ThrottleLimit 4

        $answers | Should -HaveCount 4
        (Get-CohereUsage).Retries | Should -Be 1
    }
}

Describe 'A key that is renewed' {
    BeforeEach {
        $server.Reset()
        $global:keysForTests = [System.Collections.Concurrent.ConcurrentQueue[string]]::new([string[]] ('key-number-one', 'key-number-two', 'key-number-three'))
        $script:provider = {
            $key = $null
            $null = $global:keysForTests.TryDequeue([ref] $key)
            $key
        }
    }
    AfterAll { Remove-Variable -Name keysForTests -Scope Global }

    It 'comes from the script block, once, when the server refuses the old one with <Status>' -ForEach @(@{ Status = 401 }, @{ Status = 498 }) {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider
        $server.AcceptedKey = 'key-number-two'
        $server.RefusalStatus = $Status

        (Invoke-CohereChat 'q').Text | Should -Be 'q'

        $keysForTests | Should -Be 'key-number-three'
        $server.Requests.Authorization | Should -Be 'Bearer key-number-one', 'Bearer key-number-two'
        (Get-CohereSession).ApiKeyTail | Should -Be '-two'
    }

    It 'is asked for once for calls that run in parallel' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider
        $server.AcceptedKey = 'key-number-two'

        $answers = 1..6 | ForEach-Object { "q$_" } | Invoke-CohereChat -ThrottleLimit 3

        $answers.Text | Should -Be (1..6 | ForEach-Object { "q$_" })
        $keysForTests | Should -Be 'key-number-three'
    }

    It 'is asked for while a question further down the pipeline waits for the same key' {
        $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider -PassThru
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript({
                    param($session, $server)
                    $global:keysForTests = [System.Collections.Concurrent.ConcurrentQueue[string]]::new([string[]] 'key-number-two')
                    & { 'q1'; while ($server.Requests.Count -lt 1) { Start-Sleep -Milliseconds 20 }; $server.AcceptedKey = 'key-number-two'; 'q2' } |
                        Invoke-CohereChat -Session $session | ForEach-Object {
                            $_.Text
                            if ($_.Text -eq 'q1') {
                                # The second question is refused meanwhile, and wants another key.
                                while ($server.Requests.Count -lt 2) { Start-Sleep -Milliseconds 20 }
                                Start-Sleep -Milliseconds 200
                                (Invoke-CohereChat 'inside' -Session $session).Text
                            }
                        }
                }).AddArgument($session).AddArgument($server)
            $run = $shell.BeginInvoke()

            $run.AsyncWaitHandle.WaitOne([timespan]::FromSeconds(60)) | Should -BeTrue
            $answers = $shell.EndInvoke($run)
            $shell.Streams.Error | Should -BeNullOrEmpty
            $answers | Should -Be 'q1', 'inside', 'q2'
        }
        finally {
            $shell.Stop()
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'is asked for while a stream begins' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider
        $server.AcceptedKey = 'key-number-two'

        (Invoke-CohereChat 'q' -Stream) -join '' | Should -Be 'q'
    }

    It 'is an error when it is refused too' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider
        $server.AcceptedKey = 'yet-another-key'

        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'

        $keysForTests | Should -Be 'key-number-three'
        $server.Requests | Should -HaveCount 2
    }

    It 'is asked for in another runspace too' {
        $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider $provider -PassThru
        $server.AcceptedKey = 'key-of-another-runspace'

        Invoke-InOtherRunspace 'param($session) $global:keysForTests = [System.Collections.Concurrent.ConcurrentQueue[string]]::new([string[]] "key-of-another-runspace"); (Invoke-CohereChat there -Session $session).Text' $session | Should -Be 'there'

        $server.Requests.Authorization | Should -Be 'Bearer key-number-one', 'Bearer key-of-another-runspace'
    }

    It 'is an error where the script block fails' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKeyProvider {
            if ($global:keysForTests.Count -lt 3) {
                throw 'The vault is closed.'
            }

            $key = $null
            $null = $global:keysForTests.TryDequeue([ref] $key)
            $key
        }
        $server.AcceptedKey = 'yet-another-key'

        { Invoke-CohereChat 'q' -ErrorAction Stop } | Should -Throw '*The vault is closed.*' -ErrorId 'CohereShell.Unauthorized,*'
        $server.Requests | Should -HaveCount 1
    }
}

Describe 'A key in a vault' {
    BeforeAll {
        $script:modules = Join-Path $TestDrive 'modules'
        $folder = New-Item -ItemType Directory -Path (Join-Path $modules 'Microsoft.PowerShell.SecretManagement')
        Set-Content -LiteralPath (Join-Path $folder 'Microsoft.PowerShell.SecretManagement.psm1') -Value @'
function Get-Secret {
    [CmdletBinding()]
    param([string] $Name, [string] $Vault)
    $global:vaultForTests += "$Vault/$Name"
    if ($Name -eq 'missing') {
        throw "The secret missing was not found."
    }

    [System.Net.NetworkCredential]::new('', "key-of-$Name").SecurePassword
}
'@
        $script:modulePath = $env:PSModulePath
        $env:PSModulePath = $modules + [System.IO.Path]::PathSeparator + $modulePath
    }
    BeforeEach {
        $server.Reset()
        $global:vaultForTests = @()
    }
    AfterAll {
        $env:PSModulePath = $modulePath
        Remove-Module -Name Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
        Remove-Variable -Name vaultForTests -Scope Global
    }

    It 'is asked for by its name' {
        Connect-Cohere -BaseUri $server.BaseUri -SecretName 'cohere'
        $null = Get-CohereModel

        $vaultForTests | Should -Be '/cohere'
        $server.LastRequest.Authorization | Should -Be 'Bearer key-of-cohere'
        (Get-CohereSession).ApiKeySource | Should -BeLike '*cohere*'
    }

    It 'is asked for in the vault that is named' {
        Connect-Cohere -BaseUri $server.BaseUri -SecretName 'cohere' -VaultName 'ops'

        $vaultForTests | Should -Be 'ops/cohere'
    }

    It 'isn''t read without a name: a locked vault would prompt for its password' {
        $null = Get-ErrorOf { Connect-Cohere }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $null = Get-CohereModel

        $vaultForTests | Should -BeNullOrEmpty
    }

    It 'says which secret there is not' {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $server.BaseUri -SecretName 'missing' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.SecretNotFound,*'
        $problem.TargetObject | Should -Be 'missing'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Get-SecretInfo*'
    }
}

Describe 'Limits by type of key' {
    It 'are kept before the server has to refuse, and waiting for them ends with Ctrl+C' {
        $limited = Open-TestServer
        $shell = Get-OtherPowerShell
        try {
            # 20 chats a minute with a trial key.
            $running = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests -KeyType Trial; 1..25 | ForEach-Object { "q$_" } | Invoke-CohereChat').AddArgument($limited.BaseUri).BeginInvoke()
            Wait-Condition { $limited.Requests.Count -ge 20 }
            Start-Sleep -Milliseconds 500

            $limited.Requests | Should -HaveCount 20
            $running.IsCompleted | Should -BeFalse
            $waited = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            # The limit is a minute.
            $waited.Elapsed.TotalSeconds | Should -BeLessThan 30
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
            $limited.Dispose()
        }
    }
}

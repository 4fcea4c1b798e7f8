#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Disconnect-Cohere' {
    BeforeEach { $server.Reset() }

    It 'closes the session of this runspace' {
        $session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru

        Disconnect-Cohere

        $session.IsOpen | Should -BeFalse
        Get-CohereSession | Should -BeNullOrEmpty
    }

    It 'returns nothing, and succeeds without a connection' {
        Disconnect-Cohere | Should -BeNullOrEmpty
        { Disconnect-Cohere -ErrorAction Stop } | Should -Not -Throw
    }

    It 'closes the session that is given, and leaves the one of this runspace alone' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $other = Connect-CohereElsewhere $server.BaseUri

        $other | Disconnect-Cohere

        $other.IsOpen | Should -BeFalse
        (Get-CohereSession).IsOpen | Should -BeTrue
    }

    It 'can be called twice for the same session' {
        $session = Connect-CohereElsewhere $server.BaseUri

        Disconnect-Cohere $session
        { Disconnect-Cohere $session } | Should -Not -Throw
    }

    It 'ends a call in flight in the session' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript('param($session) Invoke-CohereChat q -Session $session').AddArgument($session).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }

            Disconnect-Cohere $session

            Wait-Condition { $running.IsCompleted }
            Wait-Condition { $server.LastRequest.ClosedAt }
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.SessionClosed,*'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

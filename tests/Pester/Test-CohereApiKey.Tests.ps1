#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Test-CohereApiKey' {
    BeforeEach { $server.Reset() }

    It 'says whose key it is' {
        $status = Test-CohereApiKey

        $status | Should -BeOfType CohereShell.ApiKeyStatus
        $status.Valid | Should -BeTrue
        $status.OrganizationId | Should -Be 'org-1'
        $status.OwnerId | Should -Be 'owner-1'
        $server.LastRequest.Method | Should -Be 'POST'
        $server.LastRequest.Target | Should -Be '/v1/check-api-key'
    }

    It 'gives a Boolean with -Quiet' {
        Test-CohereApiKey -Quiet | Should -BeExactly $true
        Test-CohereApiKey -Quiet | Should -BeOfType bool
    }

    It 'returns that a key refused with <Status> isn''t valid, without an error' -ForEach @(@{ Status = 401 }, @{ Status = 498 }) {
        $server.AcceptedKey = 'another-key'
        $server.RefusalStatus = $Status

        (Test-CohereApiKey -ErrorAction Stop).Valid | Should -BeFalse
        Test-CohereApiKey -Quiet | Should -BeExactly $false
    }

    It 'makes an error where nothing is known of the key' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 501; Body = '{"message":"no such operation"}' }

        $problem = Get-ErrorOf { Test-CohereApiKey -Quiet }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotImplemented,*'
        $problem.TargetObject | Should -BeOfType CohereShell.CohereSession
    }

    It 'tests the key of the -Session that is given' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $server.AcceptedKey = 'a-key-for-tests'

        Test-CohereApiKey -Quiet -Session $session | Should -BeTrue
    }

    It 'says that no session is connected' {
        Disconnect-Cohere
        try {
            { Test-CohereApiKey } | Should -Throw -ErrorId 'CohereShell.NoApiKey,*'
        }
        finally {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        }
    }
}

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

Describe 'Remove-CohereDataset' {
    BeforeEach { $server.Reset() }

    It 'deletes datasets by id, from the pipeline as well' {
        Remove-CohereDataset a -Confirm:$false
        'b', 'c' | Remove-CohereDataset -Confirm:$false
        [pscustomobject] @{ DatasetId = 'd' } | Remove-CohereDataset -Confirm:$false | Should -BeNullOrEmpty

        $server.Requests.ForEach({ "$($_.Method) $($_.Target)" }) | Should -Be 'DELETE /v1/datasets/a', 'DELETE /v1/datasets/b', 'DELETE /v1/datasets/c', 'DELETE /v1/datasets/d'
    }

    It 'asks before it deletes' {
        $command = Get-Command Remove-CohereDataset
        $attribute = $command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $true)[0]

        $attribute.SupportsShouldProcess | Should -BeTrue
        $attribute.ConfirmImpact | Should -Be 'High'
    }

    It 'deletes nothing with -WhatIf' {
        Remove-CohereDataset a -WhatIf

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'writes an error for a dataset that doesn''t exist, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such dataset"}' })

        Remove-CohereDataset a, usage, b -Confirm:$false -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be 'CohereShell.NotFound', 'CohereShell.InvalidValue'
        $problems[0].TargetObject | Should -Be 'a'
        $server.Requests.Target | Should -Be '/v1/datasets/a', '/v1/datasets/b'
    }

    It 'is refused in a session that only reads' {
        $session = Connect-CohereElsewhere $server.BaseUri @{ Access = 'Read' }

        (Get-ErrorOf { Remove-CohereDataset a -Session $session -Confirm:$false }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ends with Ctrl+C' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Remove-CohereDataset a -Confirm:$false').AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            $shell.Stop()
            Wait-Condition { $server.LastRequest.ClosedAt }
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

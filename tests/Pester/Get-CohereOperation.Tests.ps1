#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'Get-CohereOperation' {
    It 'needs no connection' {
        Get-CohereOperation | Should -Not -BeNullOrEmpty
    }

    It 'describes an operation' {
        $chat = Get-CohereOperation Chat

        $chat | Should -BeOfType CohereShell.Operation
        $chat.Method | Should -Be 'POST'
        $chat.Path | Should -Be '/v2/chat'
        $chat.ApiVersion | Should -Be 'v2'
        $chat.Access | Should -Be 'Write'
        $chat.IsRepeatable | Should -BeTrue
        $chat.Limits[0].Trial | Should -Be 20
        $chat.Limits[0].Production | Should -Be 500
        $chat.ModelLimits | Should -HaveCount 4
        $chat.ModelLimits[0].Limit.Production | Should -Be 20
        $chat.Cmdlet | Should -Be 'Invoke-CohereChat'
    }

    It 'has every operation once' {
        $operations = Get-CohereOperation

        ($operations.Name | Sort-Object -Unique).Count | Should -Be $operations.Count
        ($operations | ForEach-Object { "$($_.Method) $($_.Path)" } | Sort-Object -Unique).Count | Should -Be $operations.Count
    }

    It 'names only cmdlets that there are' {
        foreach ($name in (Get-CohereOperation).Cmdlet | Sort-Object -Unique) {
            Get-Command -Name $name -Module CohereShell -ErrorAction Ignore | Should -Not -BeNullOrEmpty -Because $name
        }
    }

    It 'filters by name with wildcards and any case' {
        (Get-CohereOperation 'list*models').Name | Should -Be 'ListModels', 'ListFineTunedModels'
        (Get-CohereOperation Chat, GetModel).Name | Should -Be 'Chat', 'GetModel'
        ('chat', 'getmodel' | Get-CohereOperation).Name | Should -Be 'Chat', 'GetModel'
    }

    It 'gives nothing for a name that no operation has' {
        Get-CohereOperation 'NoSuch*' | Should -BeNullOrEmpty
    }

    It 'filters by group and access' {
        (Get-CohereOperation -Group Models).Name | Should -Be 'ListModels', 'GetModel'
        (Get-CohereOperation -Access Read).Access | Sort-Object -Unique | Should -Be 'Read'
        (Get-CohereOperation -Group Datasets -Access Write).Name | Should -Be 'CreateDataset', 'DeleteDataset'
        (Get-CohereOperation -Access Read).Count + (Get-CohereOperation -Access Write).Count | Should -Be (Get-CohereOperation).Count
    }

    It 'never repeats what creates something' {
        (Get-CohereOperation | Where-Object { -not $_.IsRepeatable }).Name | Should -Contain 'CreateDataset'
        (Get-CohereOperation Create*).IsRepeatable | Sort-Object -Unique | Should -Contain $false
    }

    It 'completes -Name, -Group and -Access' {
        (Get-TabCompletion 'Get-CohereOperation -Name GetD').CompletionText | Should -Be 'GetDatasetUsage', 'GetDataset'
        (Get-TabCompletion 'Get-CohereOperation -Group Dat').CompletionText | Should -Be 'Datasets'
        (Get-TabCompletion 'Get-CohereOperation -Access ').CompletionText | Sort-Object | Should -Be 'Read', 'Write'
    }

    It 'shows no line that is cut off in a window of 120 columns' {
        $lines = (Get-CohereOperation | Out-String -Width 120) -split '\r?\n'

        $lines | Where-Object { $_ -match '…|\.\.\.' } | Should -BeNullOrEmpty
        $lines -match 'depre$' | Should -BeNullOrEmpty
        $lines -match '^Embed ' | Should -Match '\s2000/2000\s'
    }
}

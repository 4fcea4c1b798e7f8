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

Describe 'Get-CohereFineTunedModel' {
    BeforeEach { $server.Reset() }

    It 'gets one by its id, from the pipeline and by property name' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_model":{"id":"a","status":"STATUS_READY"}}' }

        $found = Get-CohereFineTunedModel a

        $found | Should -BeOfType CohereShell.FineTunedModel
        $found.ModelId | Should -Be 'a'
        @('a', 'b' | Get-CohereFineTunedModel) | Should -HaveCount 2
        @([pscustomobject] @{ ModelId = 'c' } | Get-CohereFineTunedModel) | Should -HaveCount 1
        $server.Requests.Target | Should -Be '/v1/finetuning/finetuned-models/a', '/v1/finetuning/finetuned-models/a', '/v1/finetuning/finetuned-models/b', '/v1/finetuning/finetuned-models/c'
    }

    It 'lists all pages' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"finetuned_models":[{"id":"a","name":"nightly","status":"STATUS_READY"}],"next_page_token":"next"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"finetuned_models":[{"id":"b","status":"STATUS_QUEUED"}]}' })

        $found = Get-CohereFineTunedModel

        $found.ModelId | Should -Be 'a', 'b'
        $server.Requests.Target[1] | Should -BeLike '*page_token=next'
    }

    It 'lists those of a status' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_models":[{"id":"a","name":"nightly","status":"STATUS_READY"}]}' }

        @(Get-CohereFineTunedModel -Status Ready) | Should -HaveCount 1
        Get-CohereFineTunedModel -Status Failed | Should -BeNullOrEmpty
    }

    It 'makes an error of an id that there is not, and goes on' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_model":{"id":"a","status":"STATUS_READY"}}' }

        $found = 'x', 'a' | Get-CohereFineTunedModel -ErrorVariable problems -ErrorAction SilentlyContinue

        $found | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'completes ids, with names as tool tips' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_models":[{"id":"a","name":"nightly","status":"STATUS_READY"}]}' }

        $match = Get-TabCompletion 'Get-CohereFineTunedModel -ModelId '

        $match.CompletionText | Should -Contain 'a'
        $match.ToolTip | Should -BeLike 'nightly;*'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Get-CohereFineTunedModel'
    }
}

Describe 'Get-CohereFineTunedModel and what belongs to it, where there are many pages' {
    BeforeAll {
        $script:emulator = Start-CohereEmulator -JobDurationMs 0
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        $script:dataset = 1..100 | ForEach-Object { [pscustomobject] @{ text = "text $_"; label = "label $($_ % 2)" } } |
            New-CohereDataset -Name labels -Type single-label-classification-finetune-input | Wait-CohereDataset -PollingIntervalSec 0.1
    }

    It 'puts out each of 250 models once' {
        $made = foreach ($number in 1..250) { $dataset | New-CohereFineTunedModel "m$number" Classification -WarningAction SilentlyContinue }

        $found = Get-CohereFineTunedModel

        $found | Should -HaveCount 250
        Compare-Object $found.ModelId $made.ModelId | Should -BeNullOrEmpty
    }

    It 'puts out each step of a training once' {
        $model = $dataset | New-CohereFineTunedModel many Classification -TrainBatchSize 2 -TrainEpochs 4 -WarningAction SilentlyContinue | Wait-CohereFineTunedModel -PollingIntervalSec 0.1

        ($model | Get-CohereFineTuningMetric).StepNumber | Should -Be (1..200)
    }
}

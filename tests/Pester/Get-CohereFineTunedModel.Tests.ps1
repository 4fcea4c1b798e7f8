#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Get-CohereFineTunedModel' -ForEach @{
    Getter = 'Get-CohereFineTunedModel'
    Id = 'ModelId'
    Type = 'CohereShell.FineTunedModel'
    Path = '/v1/finetuning/finetuned-models'
    One = '{{"finetuned_model":{{"id":"{0}","status":"STATUS_{1}"}}}}'
    Page = '{{"finetuned_models":[{{"id":"{0}","name":"nightly","status":"STATUS_{1}"}}]}}'
    Done = 'READY'
    Status = 'Ready'
} {
    . $PSScriptRoot/Listing.ps1

    It 'lists all pages' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ($Page -f 'a', $Done -replace '}$', ',"next_page_token":"next"}') })
        $server.Enqueue((Get-Answer $Page b $Done))

        $found = & $Getter

        $found.$Id | Should -Be 'a', 'b'
        $server.Requests.Target[1] | Should -BeLike '*page_token=next'
    }
}

Describe 'Get-CohereFineTunedModel and what belongs to it, where there are many pages' {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        $script:emulator = Start-CohereEmulator -JobDurationMs 0
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        $script:dataset = 1..100 | ForEach-Object { [pscustomobject] @{ text = "text $_"; label = "label $($_ % 2)" } } |
            New-CohereDataset -Name labels -Type single-label-classification-finetune-input | Wait-CohereDataset -PollingIntervalSec 0.1
    }

    AfterAll { Restore-TestState }

    It 'outputs each of 250 models once' {
        $made = foreach ($number in 1..250) { $dataset | New-CohereFineTunedModel "m$number" Classification -WarningAction SilentlyContinue }

        $found = Get-CohereFineTunedModel

        $found | Should -HaveCount 250
        Compare-Object $found.ModelId $made.ModelId | Should -BeNullOrEmpty
    }

    It 'outputs each step of a training once' {
        $model = $dataset | New-CohereFineTunedModel many Classification -TrainBatchSize 2 -TrainEpochs 4 -WarningAction SilentlyContinue | Wait-CohereFineTunedModel -PollingIntervalSec 0.1

        ($model | Get-CohereFineTuningMetric).StepNumber | Should -Be (1..200)
    }
}

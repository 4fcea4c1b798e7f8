#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Wait-CohereFineTunedModel' -ForEach @{
    Waiter = 'Wait-CohereFineTunedModel'
    Id = 'ModelId'
    Type = 'CohereShell.FineTunedModel'
    Path = '/v1/finetuning/finetuned-models'
    Answer = '{{"finetuned_model":{{"id":"{0}","status":"STATUS_{1}"}}}}'
    Running = 'FINETUNING'
    Done = 'READY'
    Failed = 'FAILED'
    ErrorId = 'CohereShell.JobFailed'
    Said = 'Finetuning'
    Plural = 'fine-tuned models'
    Percent = -1
} {
    . $PSScriptRoot/Waiting.ps1
}

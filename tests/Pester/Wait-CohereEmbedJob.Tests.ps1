#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Wait-CohereEmbedJob' -ForEach @{
    Waiter = 'Wait-CohereEmbedJob'
    Id = 'JobId'
    Type = 'CohereShell.EmbedJob'
    Path = '/v1/embed-jobs'
    Answer = '{{"job_id":"{0}","status":"{1}"}}'
    Running = 'processing'
    Done = 'complete'
    Failed = 'failed'
    ErrorId = 'CohereShell.JobFailed'
    Said = 'Processing'
    Plural = 'embed jobs'
    Percent = -1
} {
    . $PSScriptRoot/Waiting.ps1
}

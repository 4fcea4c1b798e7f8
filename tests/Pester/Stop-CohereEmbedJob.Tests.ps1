#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Stop-CohereEmbedJob' -ForEach @{
    Stopper = 'Stop-CohereEmbedJob'
    Id = 'JobId'
    Path = '/v1/embed-jobs'
    Cancel = '/cancel'
    Answer = '{{"job_id":"{0}","status":"cancelling"}}'
} {
    . $PSScriptRoot/Stopping.ps1
}

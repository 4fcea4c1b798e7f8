#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Get-CohereEmbedJob' -ForEach @{
    Getter = 'Get-CohereEmbedJob'
    Id = 'JobId'
    Type = 'CohereShell.EmbedJob'
    Path = '/v1/embed-jobs'
    One = '{{"job_id":"{0}","status":"{1}"}}'
    Page = '{{"embed_jobs":[{{"job_id":"{0}","name":"nightly","status":"{1}"}}]}}'
    Done = 'complete'
    Status = 'Complete'
} {
    . $PSScriptRoot/Listing.ps1
}

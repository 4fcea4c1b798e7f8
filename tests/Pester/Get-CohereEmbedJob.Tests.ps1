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

    It 'completes the ids of the newest jobs first' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"embed_jobs":[{"job_id":"old","created_at":"2026-01-01T00:00:00Z"},{"job_id":"new","created_at":"2026-03-01T00:00:00Z"},{"job_id":"middle","created_at":"2026-02-01T00:00:00Z"}]}' }
        $session = Connect-CohereElsewhere $server.BaseUri

        (Get-TabCompletion 'Get-CohereEmbedJob -Session $session -JobId ').CompletionText | Should -Be 'new', 'middle', 'old'
    }
}

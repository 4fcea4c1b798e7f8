#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Wait-CohereBatch' -ForEach @{
    Waiter = 'Wait-CohereBatch'
    Id = 'BatchId'
    Type = 'CohereShell.Batch'
    Path = '/v2/batches'
    Answer = '{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}","num_records":4,"num_successful_records":1,"num_failed_records":1}}}}'
    Running = 'IN_PROGRESS'
    Done = 'COMPLETED'
    Failed = 'FAILED'
    ErrorId = 'CohereShell.JobFailed'
    Said = 'InProgress, 2 of 4 requests, 1 failed'
    Plural = 'batches'
    Percent = 50
} {
    . $PSScriptRoot/Waiting.ps1
}

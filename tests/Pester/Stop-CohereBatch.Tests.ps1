#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Stop-CohereBatch' -ForEach @{
    Stopper = 'Stop-CohereBatch'
    Id = 'BatchId'
    Path = '/v2/batches'
    Cancel = ':cancel'
    Answer = '{{"batch":{{"id":"{0}","status":"BATCH_STATUS_CANCELING"}}}}'
} {
    . $PSScriptRoot/Stopping.ps1
}

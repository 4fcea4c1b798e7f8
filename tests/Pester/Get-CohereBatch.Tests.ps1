#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Get-CohereBatch' -ForEach @{
    Getter = 'Get-CohereBatch'
    Id = 'BatchId'
    Type = 'CohereShell.Batch'
    Path = '/v2/batches'
    One = '{{"batch":{{"id":"{0}","status":"BATCH_STATUS_{1}"}}}}'
    Page = '{{"batches":[{{"id":"{0}","name":"nightly","status":"BATCH_STATUS_{1}"}}]}}'
    Done = 'COMPLETED'
    Status = 'Completed'
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

Describe 'Get-CohereBatch where there are many pages' {
    BeforeAll { . $PSScriptRoot/Common.ps1 }

    AfterAll { Restore-TestState }

    It 'outputs each of 250 batches once' {
        $emulator = Start-CohereEmulator -JobDurationMs 0
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        $first = 'one' | Start-CohereBatch -Model command-a-03-2025
        $others = foreach ($number in 2..250) { Start-CohereBatch $first.InputDatasetId -Model command-a-03-2025 }

        $found = Get-CohereBatch

        $found | Should -HaveCount 250
        Compare-Object $found.BatchId (@($first) + $others).BatchId | Should -BeNullOrEmpty
    }
}

#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function Write-Text([string] $Name, [string] $Text) {
        Set-Content -LiteralPath (Join-Path $folder $Name) -Value $Text
    }

    function Invoke-Update {
        Update-CohereIndex $index -Source $folder -Recurse @args
    }

    function Get-SentText {
        @(Get-SentBody $server | ForEach-Object { $_.texts } | ForEach-Object Trim)
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Update-CohereIndex, when calls fail' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        $script:server = Open-TestServer
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }

    AfterEach {
        Disconnect-Cohere
        $server.Dispose()
    }

    It 'keeps what the index has of a file if nothing of its new text is embedded: <Name>' -ForEach @(
        @{ Name = 'status 500'; Answer = @{ Status = 500; Body = '{"message":"broken"}' }; Id = 'ServerError' }
        @{ Name = 'a rate limit'; Answer = @{ Status = 429; Body = '{"message":"slow down"}'; Headers = @{ 'Retry-After' = '1' } }; Id = 'RateLimited' }
        @{ Name = 'a broken connection'; Answer = @{ Body = '{"id":"x"}'; Cut = $true }; Id = '*' }
    ) {
        Write-Text 'logs.txt' 'Logs are kept for 400 days. [vector]'
        Write-Text 'printer.txt' 'The printer stands on floor 3. [vector]'
        $null = Invoke-Update
        Write-Text 'logs.txt' 'Logs are kept for 90 days. [vector]'
        $server.Default = [CohereShellTests.Answer] $Answer
        $update = Update-CohereIndex $index -Source $folder -MaxRetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problem

        $problem[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        "$($update.Status) $($update.Failed)" | Should -Be 'Incomplete 1'
        Get-IndexedText | Should -Be 'Logs are kept for 400 days. [vector]', 'The printer stands on floor 3. [vector]'
        "$($update.Files) $($update.Chunks)" | Should -Be '2 2'

        $server.Default = $null
        (Invoke-Update).Changed | Should -Be 1
        Get-IndexedText | Should -Be 'Logs are kept for 90 days. [vector]', 'The printer stands on floor 3. [vector]'
    }

    It 'does not pay again for what other calls embedded: <Name>' -ForEach @(
        @{ Name = 'status 500'; Answer = @{ Status = 500; Body = '{"message":"broken"}' } }
        @{ Name = 'a rate limit'; Answer = @{ Status = 429; Body = '{"message":"slow down"}'; Headers = @{ 'Retry-After' = '1' } } }
        @{ Name = 'a broken connection'; Answer = @{ Body = '{"id":"x"}'; Cut = $true } }
    ) {
        1..300 | ForEach-Object { Write-Text "file$_.txt" "Number $_. [vector]" }
        $server.Enqueue([CohereShellTests.Answer] $Answer)
        $update = Invoke-Update -MaxRetryCount 0 -ErrorAction SilentlyContinue
        $update.Status | Should -Be 'Incomplete'
        $update.Failed | Should -Be (300 - $update.Embedded)
        $paid = @($server.Requests | Select-Object -Skip 1 | ForEach-Object { (ConvertFrom-Json $_.Body).texts })
        $marker = $server.Requests.Count

        $again = Invoke-Update
        $again.Status | Should -Be 'Updated'
        $again.Embedded | Should -Be $update.Failed
        $sent = @($server.Requests | Select-Object -Skip $marker | ForEach-Object { (ConvertFrom-Json $_.Body).texts })
        @($sent | Where-Object { $_ -in $paid }) | Should -BeNullOrEmpty
        Get-IndexedText | Should -HaveCount 300
    }

    It 'waits as long as the service says, and continues' {
        1..100 | ForEach-Object { Write-Text "file$_.txt" "Number $_. [vector]" }
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 429; Body = '{"message":"slow down"}'; Headers = @{ 'Retry-After' = '1' } })
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' })
        $update = Invoke-Update -ErrorVariable problem
        $problem | Should -BeNullOrEmpty
        "$($update.Status) $($update.Embedded)" | Should -Be 'Updated 100'
        $server.Requests | Should -HaveCount 4
    }

    It 'keeps the embeddings of calls in flight if the service refuses another one for good: <Status>' -ForEach @(
        @{ Status = 402; Id = 'PaymentRequired' }
        @{ Status = 401; Id = 'Unauthorized' }
    ) {
        1..480 | ForEach-Object { Write-Text "file$_.txt" "Number $_. [vector] [3000 ms]" }
        $server.Enqueue([CohereShellTests.Answer] @{ Status = $Status; Body = '{"message":"no"}'; DelayMs = 1500 })
        (Get-ErrorOf { Invoke-Update -ThrottleLimit 4 }).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        $index | Should -Not -Exist
        $paid = @($server.Requests | Select-Object -Skip 1 | ForEach-Object { (ConvertFrom-Json $_.Body).texts })
        $paid.Count | Should -BeGreaterThan 0
        $marker = $server.Requests.Count

        $update = Invoke-Update
        "$($update.Status) $($update.Embedded) $($update.Chunks)" | Should -Be "Updated $(480 - $paid.Count) 480"
        $sent = @($server.Requests | Select-Object -Skip $marker | ForEach-Object { (ConvertFrom-Json $_.Body).texts })
        @($sent | Where-Object { $_ -in $paid }) | Should -BeNullOrEmpty
    }

    It 'continues in the next run if the budget is used up' {
        1..400 | ForEach-Object { Write-Text "file$_.txt" "Number $_. [vector] [200 ms]" }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -CallLimit 3
        (Get-ErrorOf { Invoke-Update -ThrottleLimit 5 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        $server.Requests | Should -HaveCount 3

        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        (Invoke-Update).Embedded | Should -Be (400 - 288)
        $sent = Get-SentText
        $sent | Should -HaveCount 400
        @($sent | Sort-Object -Unique) | Should -HaveCount 400
    }
}

Describe 'Update-CohereIndex -UseEmbedJob, when calls fail' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        $script:state = Join-Path $TestDrive ([guid]::NewGuid())
        . $PSScriptRoot/Runbook.ps1
        Use-Emulator
    }

    AfterEach { Disconnect-Cohere }

    It 'continues with the uploaded dataset if the job cannot be started' {
        Write-Text 'logs.txt' 'Logs are kept for 400 days.'
        # The access policy ends the run after the upload.
        Disconnect-Cohere
        Connect-Cohere -Emulator -StatePath $state -DenyOperation CreateEmbedJob
        (Get-ErrorOf { Invoke-Update -UseEmbedJob }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
        Get-CallCount CreateDataset | Should -Be 1
        Use-Emulator
        $update = Invoke-Update -UseEmbedJob
        "$($update.Status) $($update.Chunks)" | Should -Be 'Updated 1'
        @(Get-CohereEmbedJob) | Should -HaveCount 1
        Get-CallCount CreateDataset | Should -Be 0
        Get-CohereDataset | Should -BeNullOrEmpty
    }
}

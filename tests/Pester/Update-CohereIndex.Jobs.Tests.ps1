#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Runs an update until it reports a job, which doesn't end.
    function Invoke-UpdateUntilJob([string] $Path, [string] $Source) {
        (Invoke-EndlessRun { Update-CohereIndex $Path -Source $Source -UseEmbedJob -JobTimeoutSec 1 } JobId).JobId
    }
}

AfterAll {
    Restore-TestState
}

Describe 'The embed job of an index' {
    BeforeEach {
        $script:root = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:state = Join-Path $root 'state'
        . $PSScriptRoot/Runbook.ps1
        foreach ($name in 'hr', 'it') {
            $null = New-Item -ItemType Directory -Path "$root/$name/docs"
            Set-Content -LiteralPath "$root/$name/docs/$name.txt" -Value "A text of $name."
        }
    }

    AfterEach { Disconnect-Cohere }

    It 'is not shared by indexes with the same file name' {
        $first = Invoke-UpdateUntilJob "$root/hr/kb.arrow" "$root/hr/docs"
        $second = Invoke-UpdateUntilJob "$root/it/kb.arrow" "$root/it/docs"
        $second | Should -Not -Be $first
        @((Get-CohereDataset).Name | Sort-Object -Unique) | Should -HaveCount 2
        (Get-CohereDataset).Name | ForEach-Object { $_ | Should -Match '^index-kb-[0-9a-f]{8}$' }

        Use-Emulator
        (Update-CohereIndex "$root/it/kb.arrow" -Source "$root/it/docs" -UseEmbedJob).JobId | Should -Be $second
        (Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob).JobId | Should -Be $first
        @(Get-CohereEmbedJob) | Should -HaveCount 2 -Because 'nothing is paid for twice'
        Get-IndexedText "$root/it/kb.arrow" | Should -Be 'A text of it.'
        Get-IndexedText "$root/hr/kb.arrow" | Should -Be 'A text of hr.'
        Get-ChildItem -LiteralPath "$root/hr" -File | ForEach-Object Name | Should -Be 'kb.arrow'
    }

    It 'continues if <Name>' -ForEach @(
        @{ Name = 'the folder of the index has another path'; Prepare = { Rename-Item -LiteralPath "$root/hr" 'share' }; Folder = 'share' }
        @{ Name = 'only the path is the same'; Prepare = { Get-ChildItem -LiteralPath "$root/hr" -File | Remove-Item }; Folder = 'hr' }
    ) {
        $id = Invoke-UpdateUntilJob "$root/hr/kb.arrow" "$root/hr/docs"
        & $Prepare
        Use-Emulator
        (Update-CohereIndex "$root/$Folder/kb.arrow" -Source "$root/$Folder/docs" -UseEmbedJob).JobId | Should -Be $id
        @(Get-CohereEmbedJob) | Should -HaveCount 1
    }

    It 'continues if only the index was copied to another computer' {
        Use-Emulator
        $null = Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs"
        Set-Content -LiteralPath "$root/hr/docs/new.txt" -Value 'A new text.'
        $id = Invoke-UpdateUntilJob "$root/hr/kb.arrow" "$root/hr/docs"
        $null = New-Item -ItemType Directory -Path "$root/other"
        Copy-Item -LiteralPath "$root/hr/kb.arrow" "$root/other"
        Use-Emulator
        (Update-CohereIndex "$root/other/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob).JobId | Should -Be $id
        @(Get-CohereEmbedJob) | Should -HaveCount 1
    }

    It 'has a name under 50 characters' {
        $name = 'a-very-long-name-of-an-index-that-does-not-fit-into-a-dataset'
        $null = Invoke-UpdateUntilJob "$root/hr/$name.arrow" "$root/hr/docs"
        (Get-CohereDataset).Name.Length | Should -BeLessThan 50
    }

    It 'does not split a character of two parts in the name' {
        # Whatever the length of the key, one of the two names would be cut in the middle of a character.
        foreach ($start in '', 'a') {
            $name = $start + ([char]::ConvertFromUtf32(0x1F600) * 30)
            Use-Emulator
            (Update-CohereIndex "$root/hr/$name.arrow" -Source "$root/hr/docs" -UseEmbedJob).Status | Should -Be 'Updated'
        }
    }

    It 'reads each file once, so that <Name> while it runs changes nothing' -ForEach @(
        @{ Name = 'a file that changes'; Change = { Set-Content -LiteralPath "$root/hr/docs/hr.txt" -Value 'Another text.' }; State = 'Updated: 0 added, 1 changed, 0 removed'; Texts = 'A second text.', 'Another text.' }
        @{ Name = 'a file that is deleted'; Change = { Remove-Item -LiteralPath "$root/hr/docs/hr.txt" }; State = 'Updated: 0 added, 0 changed, 1 removed'; Texts = 'A second text.' }
    ) {
        Set-Content -LiteralPath "$root/hr/docs/second.txt" -Value 'A second text.'
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript("
                Connect-Cohere -Emulator -JobDurationMs 3000
                Update-CohereIndex '$root/hr/kb.arrow' -Source '$root/hr/docs' -UseEmbedJob -PollingIntervalSec 0.1
                Disconnect-Cohere").BeginInvoke()
            # Written when all files have been read, before the upload.
            Wait-Condition { Test-Path -LiteralPath "$root/hr/kb.arrow.job" } -TimeoutSec 60
            & $Change
            $update = $shell.EndInvoke($running)
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        "$($update.Status) $($update.Added) $($update.Embedded)" | Should -Be 'Updated 2 0'
        Get-IndexedText "$root/hr/kb.arrow" | Should -Be 'A second text.', 'A text of hr.'
        Connect-Cohere -Emulator
        foreach ($row in Import-CohereEmbedding -LiteralPath "$root/hr/kb.arrow") {
            $own = New-CohereEmbedding $row.Text -InputType SearchDocument
            [Linq.Enumerable]::SequenceEqual([float[]] $row.Vector, [float[]] $own.Vector) | Should -BeTrue -Because 'each vector is that of its text'
        }

        $next = Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs"
        "$($next.Status): $($next.Added) added, $($next.Changed) changed, $($next.Removed) removed" | Should -Be $State
        Get-IndexedText "$root/hr/kb.arrow" | Should -Be $Texts
    }

    It 'ignores a name of a job that is <Name>' -ForEach @(
        @{ Name = 'too long'; Content = 'x' * 60 }
        @{ Name = 'damaged'; Content = "index`0kb" }
        @{ Name = 'of several lines'; Content = "index`nkb" }
    ) {
        Use-Emulator
        [System.IO.File]::WriteAllText("$root/hr/kb.arrow.job", $Content)
        $update = Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob
        "$($update.Status) $($update.Added)" | Should -Be 'Updated 1'
        (Get-CohereEmbedJob).Name | Should -Match '^index-kb-[0-9a-f]{8}$'
        "$root/hr/kb.arrow.job" | Should -Not -Exist
    }

    It 'says that the name of the job cannot be read' {
        Use-Emulator
        $file = [System.IO.File]::Open("$root/hr/kb.arrow.job", 'Create', 'ReadWrite', 'None')
        try {
            $problem = Get-ErrorOf { Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob }
        }
        finally {
            $file.Dispose()
        }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        "$problem" | Should -BeLike '*kb.arrow.job*'
        @(Get-CohereDataset) | Should -HaveCount 0
    }

    It 'refuses a job with another format, and continues with the right one' {
        $id = (Invoke-EndlessRun { Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob -EmbeddingType Int8 -JobTimeoutSec 1 } JobId).JobId
        Use-Emulator
        $problem = Get-ErrorOf { Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        "$problem" | Should -BeLike '*Int8*Float*'
        $update = Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob -EmbeddingType Int8
        "$($update.Status) $($update.JobId)" | Should -Be "Updated $id"
    }

    It 'says once which file it cannot read' {
        Use-Emulator
        [System.IO.File]::WriteAllBytes("$root/hr/docs/bad.pdf", [byte[]] (1, 2, 3))
        $update = Update-CohereIndex "$root/hr/kb.arrow" -Source "$root/hr/docs" -UseEmbedJob -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem | Should -HaveCount 1
        "$($update.Status) $($update.Added) $($update.Failed)" | Should -Be 'Incomplete 1 1'
    }
}

#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function Write-Text([string] $Name, [string[]] $Text) {
        $path = Join-Path $folder $Name
        $null = New-Item -ItemType Directory -Path (Split-Path $path) -Force
        Set-Content -LiteralPath $path -Value $Text
    }

    function Invoke-Update {
        Update-CohereIndex $index -Source $folder -Recurse @args
    }

    # The names of the files in the index, each once.
    function Get-IndexedFile {
        @(Import-CohereEmbedding -LiteralPath $index | ForEach-Object { Split-Path $_.Path -Leaf } | Sort-Object -Unique)
    }

    function Get-CallCount([string] $Operation) {
        [int] (Get-CohereUsage | Where-Object Operation -EQ $Operation | Measure-Object Calls -Sum).Sum
    }

    function Get-State($Update) {
        "$($Update.Status): $($Update.Added) added, $($Update.Changed) changed, $($Update.Removed) removed, $($Update.Unchanged) unchanged, $($Update.Failed) failed; $($Update.Embedded) embedded, $($Update.Reused) reused"
    }
}

AfterAll {
    Restore-TestState
}

Describe 'Update-CohereIndex' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        Connect-Cohere -Emulator
        Write-Text 'logs.md' 'Security logs are kept for 400 days.'
        Write-Text 'backup.txt' 'A backup is kept at another site for 35 days.'
        Write-Text 'office/printer.html' '<html><head><title>Printer</title></head><body><p>The printer stands on floor 3.</p></body></html>'
        Write-Text 'picture.bin' 'A file of a kind that is not read.'
    }

    AfterEach { Disconnect-Cohere }

    It 'embeds the files of a folder once' {
        $first = Invoke-Update
        $second = Invoke-Update

        $first | Should -BeOfType CohereShell.IndexUpdate
        Get-State $first | Should -Be 'Updated: 3 added, 0 changed, 0 removed, 0 unchanged, 0 failed; 3 embedded, 0 reused'
        Get-State $second | Should -Be 'Unchanged: 0 added, 0 changed, 0 removed, 3 unchanged, 0 failed; 0 embedded, 0 reused'
        $first.Path | Should -Be $index
        $first.Files | Should -Be 3
        $first.Chunks | Should -Be 3
        $first.Model | Should -Be 'embed-v4.0'
        $first.Usage.InputTokens + $first.Usage.BilledInputTokens | Should -BeGreaterThan 0
        Get-IndexedFile | Should -Be 'backup.txt', 'logs.md', 'printer.html'
        Get-CallCount Embed | Should -Be 1
        Get-ChildItem -LiteralPath $TestDrive -Filter "$(Split-Path $index -Leaf)*" | ForEach-Object Name | Should -Be (Split-Path $index -Leaf) -Because 'nothing is left beside it'
    }

    It 'does not write a file that has not changed' {
        $null = Invoke-Update
        $before = (Get-Item -LiteralPath $index).LastWriteTimeUtc
        $null = Invoke-Update
        (Get-Item -LiteralPath $index).LastWriteTimeUtc | Should -Be $before
    }

    It 'embeds only what has changed, and removes what is gone' {
        $null = Invoke-Update
        Write-Text 'logs.md' 'Security logs are kept for 90 days.'
        Write-Text 'new.txt' 'The coffee machine is on floor 1.'
        Remove-Item -LiteralPath (Join-Path $folder 'backup.txt')

        Get-State (Invoke-Update) | Should -Be 'Updated: 1 added, 1 changed, 1 removed, 1 unchanged, 0 failed; 2 embedded, 0 reused'
        Get-IndexedText | Should -Be 'Security logs are kept for 90 days.', 'The coffee machine is on floor 1.', 'The printer stands on floor 3.'
    }

    It 'does not embed a text again that it knows: <When>' -ForEach @(
        @{ When = 'the file was renamed'; Change = { Move-Item -LiteralPath (Join-Path $folder 'logs.md') -Destination (Join-Path $folder 'office/records.md') }; State = 'Updated: 1 added, 0 changed, 1 removed, 2 unchanged, 0 failed; 0 embedded, 1 reused' }
        @{ When = 'the file was copied'; Change = { Copy-Item -LiteralPath (Join-Path $folder 'logs.md') -Destination (Join-Path $folder 'copy.md') }; State = 'Updated: 1 added, 0 changed, 0 removed, 3 unchanged, 0 failed; 0 embedded, 1 reused' }
        @{ When = 'the date of the file changed'; Change = { (Get-Item -LiteralPath (Join-Path $folder 'logs.md')).LastWriteTime = '2020-01-01' }; State = 'Unchanged: 0 added, 0 changed, 0 removed, 3 unchanged, 0 failed; 0 embedded, 0 reused' }
        @{ When = 'two new files have the same text'; Change = { Write-Text a.txt same; Write-Text b.txt same }; State = 'Updated: 2 added, 0 changed, 0 removed, 3 unchanged, 0 failed; 1 embedded, 1 reused' }
    ) {
        $null = Invoke-Update
        & $Change
        Get-State (Invoke-Update) | Should -Be $State
        (Invoke-Update).Status | Should -Be 'Unchanged'
    }

    It 'embeds only the chunks of a long file that have changed' {
        $section = { param($n, $extra) "# Section $n", '', ((1..30 | ForEach-Object { "Rule $n.$_ says that this is kept.$extra" }) -join ' '), '' }
        Write-Text 'long.md' (1..6 | ForEach-Object { & $section $_ '' })
        $first = Invoke-Update
        Write-Text 'long.md' (1..6 | ForEach-Object { & $section $_ $(if ($_ -eq 4) { ' It is new.' }) })
        $second = Invoke-Update

        $first.Embedded | Should -BeGreaterOrEqual 8
        $second.Changed | Should -Be 1
        $second.Embedded | Should -BeLessThan 4
        $second.Reused | Should -BeGreaterOrEqual 4
        Get-IndexedText | Should -Contain (@(Get-IndexedText) -match 'It is new')[0]
    }

    It 'splits with -MaxTokens and -Overlap, and embeds the files again if they differ' {
        Write-Text 'long.txt' ((1..60 | ForEach-Object { "Rule $_ says that this is kept." }) -join ' ')
        $null = Invoke-Update
        $second = Invoke-Update -MaxTokens 64 -Overlap 0

        $second.Changed | Should -Be 4
        $second.Reused | Should -BeGreaterOrEqual 3 -Because 'the short texts are the same'
        @(Get-IndexedText).Count | Should -BeGreaterThan 8
        (Get-ErrorOf { Invoke-Update -MaxTokens 64 -Overlap 40 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'keeps the size of the chunks of the index' {
        Write-Text 'long.txt' ((1..60 | ForEach-Object { "Rule $_ says that this is kept." }) -join ' ')
        $null = Invoke-Update -MaxTokens 64 -Overlap 8
        $chunks = @(Get-IndexedText).Count
        (Invoke-Update).Status | Should -Be 'Unchanged'
        Write-Text 'new.txt' ((1..60 | ForEach-Object { "Note $_ says that this is new." }) -join ' ')
        (Invoke-Update).Added | Should -Be 1
        @(Get-IndexedText).Count | Should -BeGreaterThan ($chunks + 5)
    }

    It 'takes <Kind>' -ForEach @(
        @{ Kind = 'one folder without those in it'; Update = { Update-CohereIndex $index -Source $folder }; Files = 'backup.txt', 'logs.md' }
        @{ Kind = 'names that match -Filter'; Update = { Update-CohereIndex $index -Source $folder -Recurse -Filter *.md, *.html }; Files = 'logs.md', 'printer.html' }
        @{ Kind = 'wildcards'; Update = { Update-CohereIndex $index -Source "$folder/*.txt" }; Files = 'backup.txt' }
        @{ Kind = 'files'; Update = { Update-CohereIndex $index -Source "$folder/logs.md", "$folder/backup.txt" }; Files = 'backup.txt', 'logs.md' }
        @{ Kind = 'files from the pipeline'; Update = { Get-ChildItem -LiteralPath $folder -Recurse -File -Include *.md, *.html | Update-CohereIndex $index }; Files = 'logs.md', 'printer.html' }
        @{ Kind = 'paths from the pipeline'; Update = { "$folder/logs.md" | Update-CohereIndex $index }; Files = 'logs.md' }
        @{ Kind = 'an escaped path'; Update = { Rename-Item -LiteralPath "$folder/office" 'of[fi]ce'; Update-CohereIndex $index -Source "$([WildcardPattern]::Escape("$folder/of[fi]ce"))" }; Files = 'printer.html' }
        @{ Kind = 'a literal path'; Update = { Rename-Item -LiteralPath "$folder/office" 'of[fi]ce'; Update-CohereIndex $index -LiteralSource "$folder/of[fi]ce" }; Files = 'printer.html' }
    ) {
        $null = & $Update
        Get-IndexedFile | Should -Be $Files
    }

    It 'leaves out hidden files and folders' {
        Write-Text '.git/config.txt' 'hidden'
        Write-Text '.notes.md' 'hidden'
        $null = Invoke-Update
        Get-IndexedFile | Should -Not -Contain 'config.txt'
        Get-IndexedFile | Should -Not -Contain '.notes.md'
    }

    It 'keeps the files of other sources, and removes them with -Prune' {
        $null = Invoke-Update
        $other = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Set-Content -LiteralPath (Join-Path $other 'other.txt') -Value 'Another folder.'

        (Update-CohereIndex $index -Source $other).Unchanged | Should -Be 3
        Get-IndexedFile | Should -Be 'backup.txt', 'logs.md', 'other.txt', 'printer.html'
        # Files that this command doesn't look for may still be there.
        (Update-CohereIndex $index -Source $folder -Filter *.md).Removed | Should -Be 0
        (Update-CohereIndex $index -Source $other -Prune).Removed | Should -Be 3
        Get-IndexedFile | Should -Be 'other.txt'
    }

    It 'does not empty the index if the folder is empty or missing' {
        $null = Invoke-Update
        Get-ChildItem -LiteralPath $folder | Remove-Item -Recurse
        $err = @()
        Update-CohereIndex $index -Source $folder -Recurse -ErrorAction SilentlyContinue -ErrorVariable err | Should -BeNullOrEmpty
        "$err" | Should -BeLike '*no file that can be read*'
        Remove-Item -LiteralPath $folder
        Invoke-Update -ErrorAction SilentlyContinue -ErrorVariable err | Should -BeNullOrEmpty
        Get-IndexedFile | Should -HaveCount 3

        $null = New-Item -ItemType Directory -Path $folder
        (Invoke-Update -Force).Removed | Should -Be 3
        Import-CohereEmbedding -LiteralPath $index | Should -BeNullOrEmpty
    }

    It 'says which file it cannot read, and keeps what the index has of it' {
        $null = Invoke-Update
        [System.IO.File]::WriteAllBytes((Join-Path $folder 'logs.md'), [byte[]] (0, 1, 2, 0, 255, 254))
        Write-Text 'new.txt' 'The coffee machine is on floor 1.'
        $err = @()
        $update = Update-CohereIndex $index -Source $folder -Recurse -ErrorAction SilentlyContinue -ErrorVariable err

        $err | Should -HaveCount 1
        "$err" | Should -BeLike '*logs.md*'
        Get-State $update | Should -Be 'Incomplete: 1 added, 0 changed, 0 removed, 2 unchanged, 1 failed; 1 embedded, 0 reused'
        Get-IndexedText | Should -Contain 'Security logs are kept for 400 days.'
    }

    It 'embeds the rest of a file of which a chunk was refused, and tries that again' {
        Write-Text 'bad.md' '# One', '', 'This part is fine.', '', '# Two', '', 'A text that is refused: emulate:400'
        $err = @()
        $update = Update-CohereIndex $index -Source $folder -Recurse -ErrorAction SilentlyContinue -ErrorVariable err

        $err | Should -HaveCount 1
        $err[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        "$($err[0].TargetObject)" | Should -BeLike '*bad.md'
        $update.Status | Should -Be 'Incomplete'
        $update.Failed | Should -Be 1
        Get-IndexedFile | Should -Contain 'bad.md'

        Write-Text 'bad.md' '# One', '', 'This part is fine.', '', '# Two', '', 'A text that is not refused.'
        $again = Invoke-Update
        $again.Status | Should -Be 'Updated'
        $again.Embedded | Should -Be 1
        $again.Reused | Should -Be 1
    }

    It 'shows with -WhatIf what would be embedded, and writes nothing' {
        $shown = Invoke-InTestHost -Line '' -Script "Connect-Cohere -Emulator; Update-CohereIndex '$index' -Source '$folder' -Recurse -WhatIf"
        "$shown" | Should -Match '3 new, 0 changed, 0 removed and 0 unchanged files'
        "$shown" | Should -Match '1 call of Embed with embed-v4.0: 3 inputs, about \d+ input tokens, \d\.\d+ US dollars'
        Get-ChildItem -LiteralPath $TestDrive -Filter "$(Split-Path $index -Leaf)*" | Should -BeNullOrEmpty
    }

    It 'refuses another model, format or dimension without -Force: <Name>' -ForEach @(
        @{ Name = 'model'; With = @{ Model = 'embed-multilingual-v3.0' }; Dimension = 1024 }
        @{ Name = 'type'; With = @{ EmbeddingType = 'Int8' }; Dimension = 1536 }
        @{ Name = 'dimension'; With = @{ OutputDimension = 256 }; Dimension = 256 }
    ) {
        $null = Invoke-Update
        (Get-ErrorOf { Invoke-Update @With }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $update = Invoke-Update @With -Force
        $update.Embedded | Should -Be 3
        (Import-CohereEmbedding -LiteralPath $index)[0].Dimension | Should -Be $Dimension
        # What the index has is the default.
        (Invoke-Update).Status | Should -Be 'Unchanged'
    }

    It 'keeps a new index of type <_> up to date' -ForEach 'Float', 'Int8', 'Uint8', 'Binary', 'Ubinary' {
        $null = Invoke-Update -EmbeddingType $_ -OutputDimension 256
        Write-Text 'new.txt' 'The coffee machine is on floor 1.'
        (Invoke-Update).Embedded | Should -Be 1
        $rows = Import-CohereEmbedding -LiteralPath $index
        $rows | ForEach-Object Dimension | Should -Be (@(256) * 4)
        $property = if ($_ -eq 'Float') { 'Vector' } else { $_ }
        $rows | ForEach-Object { $null -ne $_.$property } | Should -Be (@($true) * 4)
    }

    It 'does not mix embeddings of the emulator with those of Cohere' {
        $null = Invoke-Update
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            Write-Text 'new.txt' 'The coffee machine is on floor 1.'
            (Get-ErrorOf { Invoke-Update }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
            $server.Requests | Should -BeNullOrEmpty
        }
        finally {
            $server.Dispose()
        }
    }

    It 'refuses a second update of the same index at the same time' {
        $lock = [System.IO.File]::Open("$index.partial", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            $problem = Get-ErrorOf { Invoke-Update }
            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
            "$problem" | Should -BeLike 'Another update of *'
        }
        finally {
            $lock.Dispose()
        }

        (Invoke-Update).Status | Should -Be 'Updated'
    }

    It 'ends without a change if the service refuses the key' {
        $server = Open-TestServer
        try {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 401; Body = '{"message":"invalid api token"}' })
            (Get-ErrorOf { Invoke-Update }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.Unauthorized,*'
            $index | Should -Not -Exist
        }
        finally {
            $server.Dispose()
        }
    }

    It 'wants a name that ends in .arrow, and parameters that fit' {
        (Get-ErrorOf { Update-CohereIndex (Join-Path $TestDrive 'kb.jsonl') -Source $folder }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { Invoke-Update -JobName x }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'neither writes nor sends anything if the answer is no, and keeps what an interrupted update paid for' {
        $null = Invoke-Update -OutputDimension 256
        Move-Item -LiteralPath $index -Destination "$index.partial"
        $before = (Get-FileHash -LiteralPath "$index.partial").Hash
        $shown = Invoke-InTestHost -Line '2' -Script "Connect-Cohere -Emulator; Update-CohereIndex '$index' -Source '$folder' -Recurse -Confirm; Write-Host ('calls ' + @(Get-CohereUsage).Count)"
        "$shown" | Should -Match 'calls 0'
        (Get-FileHash -LiteralPath "$index.partial").Hash | Should -Be $before

        Remove-Item -LiteralPath "$index.partial"
        $null = Invoke-InTestHost -Line '2' -Script "Connect-Cohere -Emulator; Update-CohereIndex '$index' -Source '$folder' -Recurse -Confirm"
        Get-ChildItem -LiteralPath $TestDrive -Filter "$(Split-Path $index -Leaf)*" | Should -BeNullOrEmpty
    }

    It 'says that it cannot continue an update that was interrupted with <Name>' -ForEach @(
        @{ Name = 'another dimension'; With = @{ OutputDimension = 256 } }
        @{ Name = 'another format'; With = @{ EmbeddingType = 'Int8' } }
    ) {
        1..100 | ForEach-Object { Write-Text "file$_.txt" "Number $_." }
        Connect-Cohere -Emulator -CallLimit 1
        (Get-ErrorOf { Invoke-Update @With -ThrottleLimit 1 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        "$index.partial" | Should -Exist

        Connect-Cohere -Emulator
        $update = Update-CohereIndex $index -Source $folder -Recurse -WarningVariable warning -WarningAction SilentlyContinue
        "$warning" | Should -BeLike '*96 embeddings*'
        $update.Status | Should -Be 'Updated'
        $update.Embedded | Should -Be 103
    }

    It 'continues an update that was interrupted, with the same settings' {
        1..100 | ForEach-Object { Write-Text "file$_.txt" "Number $_." }
        Connect-Cohere -Emulator -CallLimit 1
        $null = Get-ErrorOf { Invoke-Update -OutputDimension 256 -ThrottleLimit 1 }
        Connect-Cohere -Emulator
        (Invoke-Update -OutputDimension 256).Embedded | Should -Be 7
    }

    It 'does not wait for a pipe or a device in the folder' -Skip:(-not ($IsLinux -or $IsMacOS)) {
        mkfifo (Join-Path $folder 'pipe.txt')
        $null = New-Item -ItemType SymbolicLink -Path (Join-Path $folder 'zero.txt') -Target /dev/zero
        $update = Update-CohereIndex $index -Source $folder -Recurse -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem | Should -HaveCount 2
        $problem | ForEach-Object { $_.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*' }
        $update.Files | Should -Be 3
    }

    It 'does not remove the files of a folder that is empty beside others' {
        $other = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Set-Content -LiteralPath (Join-Path $other 'other.txt') -Value 'Another folder.'
        $null = Update-CohereIndex $index -Source $folder, $other -Recurse
        Get-ChildItem -LiteralPath $folder | Remove-Item -Recurse

        Update-CohereIndex $index -Source $folder, $other -Recurse -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        "$problem" | Should -BeLike '*no file that can be read*'
        $problem[0].TargetObject | Should -Be $folder
        Get-IndexedFile | Should -HaveCount 4
        (Update-CohereIndex $index -Source $folder, $other -Recurse -Force).Removed | Should -Be 3
    }

    It 'removes nothing with -Prune if a source is missing' {
        $null = Invoke-Update
        $other = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Set-Content -LiteralPath (Join-Path $other 'other.txt') -Value 'Another folder.'
        Rename-Item -LiteralPath $folder 'gone'
        $null = Update-CohereIndex $index -Source $folder, $other -Recurse -Prune -ErrorAction SilentlyContinue
        Get-IndexedFile | Should -HaveCount 4
        Rename-Item -LiteralPath (Join-Path $TestDrive 'gone') (Split-Path $folder -Leaf)
    }

    It 'does not read the index itself through <Name>' -Skip:$IsWindows -ForEach @(
        @{ Name = 'a link to it'; Link = { $null = New-Item -ItemType SymbolicLink -Path "$outside/kb.arrow" -Target "$folder/data.arrow"; "$outside/kb.arrow" }; Source = { $folder } }
        @{ Name = 'a link to its folder'; Link = { $null = New-Item -ItemType SymbolicLink -Path "$outside/linked" -Target $folder; "$folder/data.arrow" }; Source = { "$outside/linked" } }
    ) {
        $outside = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $path = & $Link
        $null = Update-CohereIndex "$folder/data.arrow" -Source "$folder/logs.md"
        $update = Update-CohereIndex $path -Source (& $Source) -Filter *.md, *.arrow* -ErrorVariable problem
        $problem | Should -BeNullOrEmpty
        $update.Failed | Should -Be 0
    }

    It 'says with <Name> that another update is running' -ForEach @(
        @{ Name = 'no other parameter'; With = @{} }
        @{ Name = '-WhatIf'; With = @{ WhatIf = $true } }
    ) {
        $other = [System.IO.File]::Open("$index.partial", 'Create', 'ReadWrite', 'None')
        try {
            "$(Get-ErrorOf { Update-CohereIndex $index -Source $folder @With })" | Should -BeLike "Another update of '$index' is running*"
        }
        finally {
            $other.Dispose()
        }
    }

    It 'refuses Base64 before a call is paid for' {
        (Get-ErrorOf { Invoke-Update -EmbeddingType Base64 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        Get-CallCount Embed | Should -Be 0
    }

    It 'leaves out the index if it is in the folder' {
        $inside = Join-Path $folder 'kb.arrow'
        $null = Update-CohereIndex $inside -Source $folder -Filter *.md, *.arrow*
        $update = Update-CohereIndex $inside -Source $folder -Filter *.md, *.arrow* -ErrorVariable problem
        $problem | Should -BeNullOrEmpty
        Get-State $update | Should -Be 'Unchanged: 0 added, 0 changed, 0 removed, 1 unchanged, 0 failed; 0 embedded, 0 reused'
    }

    It 'checks the file of the index before it pays for anything: <Name>' -ForEach @(
        @{ Name = 'a folder'; Prepare = { New-Item -ItemType Directory -Path $index }; Id = 'FileNotWritable' }
        @{ Name = 'read-only'; Prepare = { Invoke-Update; Write-Text new.txt new; Set-ItemProperty -LiteralPath $index IsReadOnly $true }; Id = 'FileNotWritable' }
        @{ Name = 'empty'; Prepare = { New-Item -ItemType File -Path $index }; Id = 'FileNotReadable' }
        @{ Name = 'other embeddings'; Prepare = { New-CohereEmbedding 'text' | Export-CohereEmbedding $index }; Id = 'FileNotReadable' }
    ) {
        $null = & $Prepare
        $before = Get-CallCount Embed
        $problem = Get-ErrorOf { Invoke-Update }
        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        Get-CallCount Embed | Should -Be $before
        "$index.partial" | Should -Not -Exist
        if ($Id -eq 'FileNotReadable') {
            $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Update-CohereIndex*'
        }
    }

    It 'says that the folder of the index does not exist' -ForEach 'nofolder', '\\server\share' {
        $missing = "$_/kb.arrow"
        Push-Location -LiteralPath $TestDrive
        $problem = Get-ErrorOf { Update-CohereIndex $missing -Source $folder }
        Pop-Location
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        "$problem" | Should -Not -BeLike '*.partial*'
    }

    It 'names -LiteralSource for a folder whose name is a pattern' {
        Rename-Item -LiteralPath "$folder/office" 'of[fi]ce'
        $problem = Get-ErrorOf { Update-CohereIndex $index -Source "$folder/of[fi]ce" }
        $problem.ErrorDetails.RecommendedAction | Should -BeLike 'Use -LiteralSource *'
    }

    It 'takes a small -MaxTokens without -Overlap' {
        (Invoke-Update -MaxTokens 16).Status | Should -Be 'Updated'
    }

    It 'deletes what a killed update left beside the index' {
        $remainder = "$index.$([guid]::NewGuid().ToString('N')).tmp"
        Set-Content -LiteralPath $remainder, "$index.mine.tmp" -Value 'x'
        $null = Invoke-Update
        $remainder | Should -Not -Exist
        "$index.mine.tmp" | Should -Exist
    }

    It 'locks the index before it reads it' {
        $lock = [System.IO.File]::Open("$index.partial", 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            Set-Content -LiteralPath $index -Value 'Another update replaces this file.'
            (Get-ErrorOf { Invoke-Update }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        }
        finally {
            $lock.Dispose()
        }
    }
}

Describe 'Update-CohereIndex -UseEmbedJob' {
    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        $script:state = Join-Path $TestDrive ([guid]::NewGuid())
        . $PSScriptRoot/Runbook.ps1
        Use-Emulator
        Write-Text 'logs.md' 'Security logs are kept for 400 days.'
        Write-Text 'backup.txt' 'A backup is kept at another site for 35 days.'
    }

    AfterEach { Disconnect-Cohere }

    It 'embeds with one job, and deletes its datasets' {
        $first = Invoke-Update -UseEmbedJob
        $second = Invoke-Update -UseEmbedJob

        "$($first.Status) $($first.Added) $($first.JobId)" | Should -Be "Updated 2 $((Get-CohereEmbedJob).JobId)"
        "$($second.Status) $($second.Unchanged)" | Should -Be 'Unchanged 2'
        Get-CallCount Embed | Should -Be 0
        Get-CallCount CreateDataset | Should -Be 1
        Get-CohereDataset | Should -BeNullOrEmpty
        Get-IndexedText | Should -Be 'A backup is kept at another site for 35 days.', 'Security logs are kept for 400 days.'
    }

    It 'says that the job still runs when the time is over, and continues with it' {
        Use-Emulator -Endless
        Wait-Condition { ($script:running = Invoke-Update -UseEmbedJob -JobTimeoutSec 1).JobId } -TimeoutSec 60
        $running.Status | Should -Be 'Running'
        $running.Added | Should -Be 0 -Because 'the index has nothing of it yet'
        $index | Should -Not -Exist
        Write-Text 'logs.md' 'Security logs are kept for 90 days.'
        Write-Text 'new.txt' 'The coffee machine is on floor 1.'
        Use-Emulator

        $update = Invoke-Update -UseEmbedJob

        $update.Status | Should -Be 'Updated'
        @(Get-CohereEmbedJob) | Should -HaveCount 2 -Because 'the second embeds what has changed since'
        Get-CohereDataset | Should -BeNullOrEmpty
        Get-IndexedText | Should -Be 'A backup is kept at another site for 35 days.', 'Security logs are kept for 90 days.', 'The coffee machine is on floor 1.'
    }

    It 'shows with -WhatIf what it would embed, and uploads nothing' {
        $null = Invoke-Update -UseEmbedJob -WhatIf
        Get-CallCount CreateDataset | Should -Be 0
        $index | Should -Not -Exist
    }

    It 'starts again after a job that failed' {
        $err = @()
        $update = Update-CohereIndex $index -Source $folder -Recurse -UseEmbedJob -JobName 'emulate:fail' -ErrorAction SilentlyContinue -ErrorVariable err
        $err[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.JobFailed,*'
        $update.Status | Should -Be 'Incomplete'
        Get-CohereDataset | Should -BeNullOrEmpty
        (Invoke-Update -UseEmbedJob).Status | Should -Be 'Updated'
    }

    It 'starts again if the result of an earlier job was deleted' {
        Use-Emulator -Endless
        Wait-Condition { (Invoke-Update -UseEmbedJob -JobTimeoutSec 1).JobId } -TimeoutSec 60
        Use-Emulator
        $null = Get-CohereEmbedJob | Wait-CohereEmbedJob
        Get-CohereEmbedJob | ForEach-Object { Remove-CohereDataset $_.OutputDatasetId -Confirm:$false }

        $update = Update-CohereIndex $index -Source $folder -Recurse -UseEmbedJob -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $update.Status | Should -Be 'Incomplete'
        (Invoke-Update -UseEmbedJob).Status | Should -Be 'Updated'
    }

    It 'refuses a dimension that a job cannot create, before it pays' {
        (Get-ErrorOf { Invoke-Update -UseEmbedJob -OutputDimension 256 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $null = Invoke-Update -OutputDimension 256
        Write-Text 'new.txt' 'The coffee machine is on floor 1.'
        (Get-ErrorOf { Invoke-Update -UseEmbedJob }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        Get-CallCount CreateDataset | Should -Be 0
    }
}

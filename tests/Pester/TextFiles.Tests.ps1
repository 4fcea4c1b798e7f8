#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingInvokeExpression', '', Justification = 'The commands that errors recommend.')]
param()

# Files with other encodings, and files that aren't files. Text must never be damaged silently.
BeforeDiscovery {
    $script:isUnix = $PSVersionTable.PSVersion.Major -ge 6 -and -not $IsWindows
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    $script:text = 'Büro in Zürich'
    $script:latin = [System.Text.Encoding]::GetEncoding(1252)

    function Save-File([string] $Name, [string] $Content, [System.Text.Encoding] $Encoding) {
        $path = Join-Path $TestDrive $Name
        [System.IO.File]::WriteAllText($path, $Content, $Encoding)
        $path
    }

    function Clear-Server {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $server.Reset()
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'A text file that isn''t UTF-8' {
    BeforeAll {
        $script:file = Save-File 'a''b.txt' "one`ntwo`n$text" $latin
        $script:csv = Save-File 'rows.csv' "text,label`r`none,a`r`n$text,b`r`n" $latin
        $script:rows = Save-File 'rows.jsonl' "{`"text`":`"one`"}`n{`"text`":`"$text`"}`n" $latin
        $script:requests = Save-File 'requests.jsonl' "`n{`"messages`":[{`"role`":`"user`",`"content`":`"$text`"}]}`n" $latin
        $script:conversation = Save-File 'chat.json' ([CohereShell.ChatConversation]::new([CohereShell.ChatMessage[]] [CohereShell.ChatMessage]::new('User', $text)).ToJson()) $latin
    }

    BeforeEach { Clear-Server }

    It 'is refused with its line and a way out: <Why>' -ForEach @(
        @{ Why = 'embed'; Line = 3; Try = { New-CohereEmbedding -AsText -LiteralPath $file } }
        @{ Why = 'embed, piped'; Line = 3; Try = { Get-Item -LiteralPath $file | New-CohereEmbedding -AsText } }
        @{ Why = 'a document'; Line = 3; Try = { Invoke-CohereChat 'q' -Document (Get-Item -LiteralPath $file) } }
        @{ Why = 'a piped document'; Line = 3; Try = { Get-Item -LiteralPath $file | Invoke-CohereChat 'q' } }
        @{ Why = 'rerank'; Line = 3; Try = { Get-Item -LiteralPath $file | Invoke-CohereRerank 'q' } }
        @{ Why = 'tokens'; Line = 3; Try = { Get-Item -LiteralPath $file | ConvertTo-CohereToken } }
        @{ Why = 'examples'; Line = 3; Try = { Invoke-CohereClassification 'x' -Example $csv } }
        @{ Why = 'a dataset, CSV'; Line = 3; Try = { New-CohereDataset $csv -Type embed-input } }
        @{ Why = 'a dataset, JSON Lines'; Line = 2; Try = { New-CohereDataset $rows -Type embed-input } }
        @{ Why = 'a batch'; Line = 2; Try = { Start-CohereBatch -Path $requests -Model command-a-03-2025 } }
    ) {
        $problem = Get-ErrorOf $Try

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.WrongEncoding,*'
        $problem.Exception.Message | Should -BeLike "*line $Line *"
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Encoding*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'is refused as embeddings' {
        $embeddings = Save-File 'embeddings.jsonl' "{`"text`":`"one`",`"embeddings`":{`"float`":[1]}}`n{`"text`":`"$text`",`"embeddings`":{`"float`":[1]}}`n" $latin

        $problem = Get-ErrorOf { Import-CohereEmbedding $embeddings }

        $problem.Exception.Message | Should -BeLike '*Line 2 *isn''t UTF-8*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*ReadAllText*'
    }

    It 'is refused as a conversation' {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -History (Get-Item $conversation) }

        "$problem" | Should -BeLike '*isn''t UTF-8 text*ReadAllText*'
    }

    It 'can be converted with the command of the error' {
        $problem = Get-ErrorOf { New-CohereEmbedding -AsText -LiteralPath $file }
        $command = $problem.ErrorDetails.RecommendedAction -replace '^.*Or convert the file: '

        Invoke-Expression $command

        $converted = Join-Path $TestDrive 'a''b.utf8.txt'
        $null = New-CohereEmbedding -AsText -LiteralPath $converted -ErrorAction SilentlyContinue
        @(Get-SentBody $server)[0].texts | Should -BeExactly "one`ntwo`n$text"
    }

    It 'is read with -Encoding <_>' -ForEach 'ansi', 'Default', 1252, 'windows-1252', 'latin1', ([System.Text.Encoding]::GetEncoding(1252)) {
        $null = New-CohereEmbedding -AsText -LiteralPath $file -Encoding $_ -ErrorAction SilentlyContinue
        $null = Invoke-CohereChat 'q' -Document (Get-Item -LiteralPath $file) -Encoding $_ -ErrorAction SilentlyContinue
        $null = Get-Item -LiteralPath $file | Invoke-CohereRerank 'q' -Encoding $_ -ErrorAction SilentlyContinue
        $null = Get-Item -LiteralPath $file | ConvertTo-CohereToken -Encoding $_ -ErrorAction SilentlyContinue

        $sent = Get-SentBody $server
        $sent[0].texts | Should -BeExactly "one`ntwo`n$text"
        $sent[1].documents[0].data.text | Should -BeExactly "one`ntwo`n$text"
        $sent[2].documents | Should -BeExactly "one`ntwo`n$text"
        $sent[3].text | Should -BeExactly "one`ntwo`n$text"
    }

    It 'is read with -Encoding for examples' {
        $many = Save-File 'examples.csv' "text,label`r`none,a`r`n$text,a`r`ntwo,b`r`nthree,b" $latin

        $null = Invoke-CohereClassification 'x' -Example $many -Encoding ansi -ErrorAction SilentlyContinue

        @(Get-SentBody $server)[0].examples.text | Should -Contain $text
    }

    It 'is converted on upload with -Encoding' {
        Connect-Cohere -Emulator
        $evaluation = Save-File 'eval.csv' "text,label`r`n$text,a`r`n" $latin
        $before = @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'CohereShell-*').Count

        $dataset = New-CohereDataset $csv -Type embed-input -Encoding ansi | Wait-CohereDataset
        $second = New-CohereDataset $rows -Type embed-input -Encoding 1252 | Wait-CohereDataset

        ($dataset | Export-CohereDataset).text | Should -BeExactly 'one', $text
        ($second | Export-CohereDataset).text | Should -BeExactly 'one', $text
        (Get-ErrorOf { New-CohereDataset $csv -EvalPath $evaluation -Type single-label-classification-finetune-input }).Exception.Message | Should -BeLike '*line 2*'
        @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'CohereShell-*').Count | Should -Be $before
    }

    It 'is converted on upload of a batch' {
        Connect-Cohere -Emulator
        $batch = Start-CohereBatch -Path $requests -Model command-a-03-2025 -Encoding ansi | Wait-CohereBatch

        (Receive-CohereBatch -BatchId $batch.BatchId).Text | Should -BeLike "*$text*"
    }

    It 'refuses bytes that the encoding of -Encoding doesn''t have' {
        $problem = Get-ErrorOf { New-CohereEmbedding -AsText -LiteralPath $file -Encoding ascii }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.WrongEncoding,*'
        $problem.Exception.Message | Should -BeLike '*US-ASCII*line 3*'
    }

    It 'refuses a name that isn''t an encoding' {
        "$(Get-ErrorOf { New-CohereEmbedding -AsText -LiteralPath $file -Encoding none })" | Should -BeLike "*'none' isn't an encoding*ansi*"
    }

    It 'completes -Encoding as Get-Content does' {
        $names = (TabExpansion2 'New-CohereEmbedding -Encoding ' -cursorColumn 30).CompletionMatches.ListItemText
        $names | Should -Contain 'ansi'
        $names | Should -Contain 'utf8'
        $names | Should -Contain 'unicode'
    }

    It 'is found behind the first megabyte, and at the end' {
        $long = Save-File 'long.jsonl' (('{"text":"x"}' + "`n") * 200000 + "{`"text`":`"$text`"}`n") $latin
        $cut = Join-Path $TestDrive 'cut.jsonl'
        [System.IO.File]::WriteAllBytes($cut, [System.Text.Encoding]::UTF8.GetBytes("{`"text`":`"x`"}`n") + [byte[]] (0xe2, 0x82))

        (Get-ErrorOf { New-CohereDataset $long -Type embed-input }).Exception.Message | Should -BeLike '*line 200001 *'
        (Get-ErrorOf { New-CohereDataset $cut -Type embed-input }).Exception.Message | Should -BeLike '*line 2 *'
    }
}

Describe 'A text file with a byte order mark' {
    BeforeEach { Clear-Server }

    It 'is read: <_>' -ForEach 'unicode', 'utf-16BE', 'utf-32', 'utf-8' {
        $encoding = [System.Text.Encoding]::GetEncoding($_)
        $file = Save-File 'marked.txt' $text $encoding
        $rows = Save-File 'marked.csv' "text`r`n$text`r`n" $encoding
        $requests = Save-File 'marked.jsonl' "{`"messages`":[{`"role`":`"user`",`"content`":`"$text`"}]}`n" $encoding
        $chat = Save-File 'marked.json' ([CohereShell.ChatConversation]::new([CohereShell.ChatMessage[]] [CohereShell.ChatMessage]::new('User', $text)).ToJson()) $encoding

        $null = New-CohereEmbedding -AsText -LiteralPath $file -ErrorAction SilentlyContinue
        @(Get-SentBody $server)[0].texts | Should -BeExactly $text
        Connect-Cohere -Emulator
        (Invoke-CohereChat 'q' -History (Get-Item $chat)).History[0].Text | Should -BeExactly $text
        (New-CohereDataset $rows -Type embed-input | Wait-CohereDataset | Export-CohereDataset).text | Should -BeExactly $text
        $batch = Start-CohereBatch -Path $requests -Model command-a-03-2025 | Wait-CohereBatch
        (Receive-CohereBatch -BatchId $batch.BatchId).Text | Should -BeLike "*$text*"
    }
}

Describe 'Something that isn''t a file' -Skip:(-not $isUnix) {
    BeforeAll {
        $script:pipe = Join-Path $TestDrive 'pipe.txt'
        mkfifo $pipe
        $script:linked = Join-Path $TestDrive 'linked.jsonl'
        $null = New-Item -ItemType SymbolicLink -Path $linked -Target '/dev/null'
        Copy-Item $PSScriptRoot/Common.ps1 (Join-Path $TestDrive 'other.txt')
    }

    BeforeEach { Clear-Server }

    It 'is refused and not waited for: <Why>' -ForEach @(
        @{ Why = 'embed'; Try = { New-CohereEmbedding -AsText -Path $pipe } }
        @{ Why = 'an image to embed'; Try = { New-CohereEmbedding -Path $pipe } }
        @{ Why = 'a file object'; Try = { [System.IO.FileInfo] $pipe | New-CohereEmbedding -AsText } }
        @{ Why = 'a document'; Try = { Invoke-CohereChat 'q' -Document ([System.IO.FileInfo] $pipe) } }
        @{ Why = 'a conversation'; Try = { Invoke-CohereChat 'q' -History ([System.IO.FileInfo] $pipe) } }
        @{ Why = 'an image'; Try = { Invoke-CohereChat 'q' -Image $pipe } }
        @{ Why = 'rerank'; Try = { [System.IO.FileInfo] $pipe | Invoke-CohereRerank 'q' } }
        @{ Why = 'examples'; Try = { Invoke-CohereClassification 'x' -Example $pipe } }
        @{ Why = 'a dataset'; Try = { New-CohereDataset -Path $pipe -Type embed-input } }
        @{ Why = 'a device'; Try = { New-CohereDataset -LiteralPath $linked -Type embed-input } }
        @{ Why = 'a batch'; Try = { Start-CohereBatch -LiteralPath $linked -Model command-a-03-2025 } }
        @{ Why = 'embeddings'; Try = { Import-CohereEmbedding -Path $pipe } }
        @{ Why = 'audio'; Try = { Invoke-CohereTranscription -Path $pipe -Language en } }
        @{ Why = 'a document to parse'; Try = { Invoke-CohereParse -Path $pipe } }
    ) {
        $problem = Get-ErrorOf $Try

        "$($problem.FullyQualifiedErrorId) $problem" | Should -Match 'NotAFile|FileNotReadable|is a device, a pipe or a socket'
        $server.Requests | Should -HaveCount 0
    }

    It 'is skipped by wildcards' {
        $null = New-CohereEmbedding -AsText -Path (Join-Path $TestDrive '*.txt') -ErrorAction SilentlyContinue -ErrorVariable problems

        $problems.FullyQualifiedErrorId | Should -Not -Contain 'CohereShell.NotAFile,CohereShell.Commands.NewCohereEmbeddingCommand'
        $server.Requests | Should -HaveCount 1
    }
}

Describe 'A CSV file before its upload' {
    BeforeAll { Connect-Cohere -Emulator }

    It 'is refused: <Why>' -ForEach @(
        @{ Why = 'two columns with one name'; Content = "text,label,text`na,b,c`n"; Problem = '*two columns*''text''*' }
        @{ Why = 'only carriage returns'; Content = "text,label`ra,b`rc,d`r"; Problem = '*carriage return*' }
        @{ Why = 'a line for Excel'; Content = "sep=;`ntext;label`na;b`n"; Problem = '*sep=*' }
        @{ Why = 'a quote without an end'; Content = "text,label`na,`"b`nc,d`n"; Problem = '*quote*line 2*' }
        @{ Why = 'a quote without an end in the header'; Content = "`"text,label`na,b`n"; Problem = '*quote*line 1*' }
        @{ Why = 'blanks around a name'; Content = "label, text`na,b`n"; Problem = '*'' text''*blank*' }
        @{ Why = 'a column without a name'; Content = "text,`na,b`n"; Problem = '*column 2*no name*' }
    ) {
        $file = Save-File 'table.csv' $Content ([System.Text.UTF8Encoding]::new($false))

        $problem = Get-ErrorOf { New-CohereDataset $file -Type embed-input }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotADatasetFile,*'
        $problem.Exception.Message | Should -BeLike $Problem
    }

    It 'is taken: <Why>' -ForEach @(
        @{ Why = 'quotes and line breaks in quotes'; Content = "text,`"la`"`"bel`"`n`"a`nb `"`"c`"`"`",d`n" }
        @{ Why = 'a quote inside of a field'; Content = "text,label`na 5`" disk,d`n" }
        @{ Why = 'a long quoted field behind the part that is checked'; Content = "text,label`n" + ("a,b`n" * 300000) + "`"c`nd`",e`n" }
    ) {
        $file = Save-File 'table.csv' $Content ([System.Text.UTF8Encoding]::new($false))

        New-CohereDataset $file -Type embed-input -WhatIf 6>$null
        $Error[0].FullyQualifiedErrorId | Should -Not -BeLike 'CohereShell.NotADatasetFile,New*'
        { New-CohereDataset $file -Type embed-input -WhatIf -ErrorAction Stop 6>$null } | Should -Not -Throw
    }
}

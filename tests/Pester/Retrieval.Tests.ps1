#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# From what was searched and ranked to an answer, and from its citations back to the objects.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:articles = @(
        [pscustomobject] @{ Name = 'KB1'; Title = 'VPN drops'; Text = 'When the VPN drops, restart the VPN client first.' }
        [pscustomobject] @{ Name = 'KB2'; Title = 'Printers'; Text = 'The printer stands on floor 3.' }
        [pscustomobject] @{ Name = 'KB3'; Title = 'VPN at home'; Text = 'When the VPN drops at home, try another network.' }
    )
}

AfterAll {
    Restore-TestState
}

Describe 'Retrieval, with the emulator' {
    BeforeAll {
        Connect-Cohere -Emulator
        $script:kb = $articles | New-CohereEmbedding -Property Title, Text
    }

    It 'answers from what was searched and ranked, and leads back to what was piped in' {
        $ranked = $kb | Search-CohereEmbedding 'VPN drops' -Top 50 | Invoke-CohereRerank -Query 'VPN drops' -Top 5
        $answer = $ranked | Invoke-CohereChat 'What should the user try first when the VPN drops?'

        $answer.Text | Should -BeLike '*restart the VPN client first*'
        $source = $answer.Citations[0].Sources[0]
        $source.Id | Should -Be 'KB1'
        [object]::ReferenceEquals($source.InputObject, ($ranked | Where-Object { $_.Document.InputObject.Name -eq 'KB1' })) | Should -BeTrue
        [object]::ReferenceEquals($source.InputObject.Document.InputObject, $articles[0]) | Should -BeTrue
    }

    It 'runs the pipeline down to Markdown' {
        $markdown = $kb | Search-CohereEmbedding 'VPN drops' -Top 50 | Invoke-CohereRerank -Query 'VPN drops' -Top 5 |
            Invoke-CohereChat 'What should the user try first when the VPN drops?' | ForEach-Object ToMarkdown

        $markdown | Should -BeLike '*restart the VPN client first `[1].*'
        $markdown | Should -BeLike '*1. VPN drops (KB1)*'
    }

    It 'leads back to <Why>' -ForEach @(
        @{ Why = 'strings'; Value = { 'The backup is kept for 35 days.', 'Lunch is at noon.' } }
        @{ Why = 'hashtables'; Value = { @{ text = 'The backup is kept for 35 days.' }, @{ text = 'Lunch is at noon.' } } }
        @{ Why = 'objects'; Value = { [pscustomobject] @{ Id = 1; Text = 'The backup is kept for 35 days.' }, [pscustomobject] @{ Id = 1; Text = 'Lunch is at noon.' } } }
        @{ Why = 'embeddings'; Value = { 'The backup is kept for 35 days.', 'Lunch is at noon.' | New-CohereEmbedding } }
        @{ Why = 'matches'; Value = { 'The backup is kept for 35 days.', 'Lunch is at noon.' | New-CohereEmbedding | Search-CohereEmbedding 'backup' } }
        @{ Why = 'rankings'; Value = { 'The backup is kept for 35 days.', 'Lunch is at noon.' | Invoke-CohereRerank -Query 'backup' } }
        @{ Why = 'files'; Value = { $path = Join-Path $TestDrive 'backup.txt'; Set-Content $path 'The backup is kept for 35 days.'; Get-Item $path } }
    ) {
        $values = @(& $Value)
        $piped = $values | Invoke-CohereChat 'How long is a backup kept?'
        $given = Invoke-CohereChat 'How long is a backup kept?' -Document $values
        $streamed = @($values | Invoke-CohereChat 'How long is a backup kept?' -Stream)

        $expected = $values | Where-Object { "$_ $($_.Text)$($_.Name)" -like '*backup*' }
        foreach ($source in $piped.Citations[0].Sources[0], $given.Citations[0].Sources[0], $streamed[-1].Response.Citations[0].Sources[0], ($streamed.Citation | Where-Object { $_ })[0].Sources[0]) {
            [object]::ReferenceEquals($source.InputObject, $expected) -or $source.InputObject -eq $expected | Should -BeTrue
        }
    }

    It 'shows numbers in the text and the sources below, and the passages where the text is on the screen already' {
        $answer = [pscustomobject] @{ Id = 'P7'; Title = 'Retention'; Text = 'Logs are kept for 90 days.' } | Invoke-CohereChat 'How long are logs kept?'
        $live = [pscustomobject] @{ Id = 'P7'; Title = 'Retention'; Text = 'Logs are kept for 90 days.' } | Invoke-CohereChat 'How long are logs kept?' -Live 6> $null

        $answer | Out-String -Width 300 | Should -BeLike '*Logs are kept for 90 days `[1].*`[1] Retention (P7)*'
        $live | Out-String -Width 300 | Should -BeLike '*`[1] Retention (P7): Logs are kept for 90 days*'
    }

    It 'keeps the objects of older citations when the conversation continues' {
        $first = 'Logs are kept for 90 days.' | Invoke-CohereChat 'How long are logs kept?'
        $second = $first | Invoke-CohereChat 'How long is a backup kept?' -Document 'A backup is kept for 35 days.'
        $third = $second | Invoke-CohereChat 'Thank you.'

        $third.History[1].Citations[0].Sources[0].InputObject | Should -Be 'Logs are kept for 90 days.'
        $third.History[3].Citations[0].Sources[0].InputObject | Should -Be 'A backup is kept for 35 days.'
    }

    It 'sends what other processes made of results without the numbers' {
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@($kb | Search-CohereEmbedding 'VPN drops' | Invoke-CohereRerank -Query 'VPN drops'), 5))

        $answer = $copies | Invoke-CohereChat 'What should the user try first when the VPN drops?'

        $answer.Citations[0].Sources[0].Id | Should -Be 'KB1'
        $answer.Citations[0].Sources[0].Document.Keys | Sort-Object | Should -Be 'id', 'Name', 'Text', 'Title'
    }
}

Describe 'Documents that are sent' {
    BeforeAll {
        $script:server = Open-TestServer
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }
    AfterAll { $server.Dispose() }
    BeforeEach { $server.Reset() }

    It 'have ids that no other has' {
        $null = [pscustomobject] @{ Id = 'a'; Text = '1' }, @{ id = 'a'; text = '2' }, @{ Name = 'a-2'; Text = '3' }, 'x', @{ id = 'doc:3'; text = '4' } | Invoke-CohereChat 'q'

        (Get-SentBody $server).documents.id | Should -Be 'row 1', 'row 2', 'a-2', 'doc:3', 'doc:3-2'
    }

    It 'are called by <Name>' -ForEach @(
        @{ Name = 'their id'; Value = { [pscustomobject] @{ Name = 'n'; ID = 7; Path = '/a/p.txt' } }; Id = '7' }
        @{ Name = 'their name'; Value = { [pscustomobject] @{ Path = '/a/p.txt'; Name = 'n' } }; Id = 'n' }
        @{ Name = 'the end of their path'; Value = { [pscustomobject] @{ Path = 'C:\a\p.txt'; Text = 't' } }; Id = 'p.txt' }
        @{ Name = 'their place, where the name is a text of its own'; Value = { [pscustomobject] @{ Name = 'n' * 300 } }; Id = 'doc:0' }
    ) {
        $null = & $Value | Invoke-CohereChat 'q'

        (Get-SentBody $server).documents.id | Should -Be $Id
    }

    It 'hold no vectors and no scores, and the name of a file without its folder' {
        $embedding = [CohereShell.Embedding] @{ Text = 'Logs are kept.'; Path = '/secret/place/logs.txt'; Vector = [float[]] (1, 2); Model = 'm' }

        $null = [CohereShell.EmbeddingMatch]::new($embedding, 1, 0.5) | Invoke-CohereChat 'q'

        $server.LastRequest.Body | Should -BeLike '*"documents":`[{"id":"logs.txt","data":{"title":"logs.txt","text":"Logs are kept."}}]*'
    }

    It 'hold the text that was ranked where the object does not show it' {
        $result = [CohereShell.RerankResult] @{ Document = @{ title = 'T' }; Text = 'A hidden text.'; RelevanceScore = 0.9; Query = 'q'; Model = 'm' }

        $null = $result | Invoke-CohereChat 'q'

        $document = (Get-SentBody $server).documents[0]
        $document.data.text | Should -Be 'A hidden text.'
        $document.data.title | Should -Be 'T'
        $document.data.Count | Should -Be 2
    }

    It 'are refused where <Why>' -ForEach @(
        @{ Why = 'an embedding has no text'; Value = { [CohereShell.Embedding] @{ Vector = [float[]] (1, 2) } }; Reason = 'EmptyInput' }
        @{ Why = 'a file is no text'; Value = { $path = Join-Path $TestDrive 'x.bin'; [IO.File]::WriteAllBytes($path, (1, 0, 2)); Get-Item $path }; Reason = 'NotATextFile' }
        @{ Why = 'the file of an embedding is gone'; Value = { [CohereShell.Embedding] @{ Path = (Join-Path $TestDrive 'gone.txt') } }; Reason = 'FileNotReadable' }
        @{ Why = 'it is a folder'; Value = { Get-Item $TestDrive }; Reason = 'NotAFile' }
    ) {
        $answer = 'fine', (& $Value) | Invoke-CohereChat 'q' -ErrorVariable problems -ErrorAction SilentlyContinue
        $given = Get-ErrorOf { Invoke-CohereChat 'q' -Document (& $Value) }

        $answer | Should -Not -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $given.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $server.Requests | Should -HaveCount 1
    }
}

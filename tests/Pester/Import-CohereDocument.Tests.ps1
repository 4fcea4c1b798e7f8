#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
}

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Writes objects as a PDF file.
    function Write-Pdf([string] $Path, [string[]] $Object) {
        $file = "%PDF-1.4`n"
        $table = "xref`n0 $($Object.Count + 1)`n0000000000 65535 f `n"
        for ($index = 0; $index -lt $Object.Count; $index++) {
            $table += "{0:0000000000} 00000 n `n" -f $file.Length
            $file += "$($index + 1) 0 obj`n$($Object[$index])`nendobj`n"
        }

        $file += "$($table)trailer`n<</Size $($Object.Count + 1)/Root 1 0 R>>`nstartxref`n$($file.Length)`n%%EOF"
        [System.IO.File]::WriteAllText($Path, $file, [System.Text.Encoding]::GetEncoding(28591))
    }

    function Get-PdfStream([string] $Content, [string] $Entry) { "<<$Entry/Length $($Content.Length)>>`nstream`n$Content`nendstream" }

    # Writes a PDF file with a page for each text.
    function Write-TestPdf([string] $Path, [string[]] $Page) {
        $kids = (0..($Page.Count - 1) | ForEach-Object { "$(4 + 2 * $_) 0 R" }) -join ' '
        $objects = @('<</Type/Catalog/Pages 2 0 R>>', "<</Type/Pages/Kids[$kids]/Count $($Page.Count)>>", '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>')
        for ($index = 0; $index -lt $Page.Count; $index++) {
            $objects += "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents $(5 + 2 * $index) 0 R>>"
            $objects += Get-PdfStream $(if ($Page[$index]) { "BT /F1 12 Tf 50 700 Td ($($Page[$index])) Tj ET" } else { '' })
        }

        Write-Pdf $Path $objects
    }

    # Writes a PDF file that takes years to read: each form shows the next one twice.
    function Write-SlowPdf([string] $Path) {
        $objects = @('<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>', (Get-PdfStream '/X Do'))
        $objects += 6..45 | ForEach-Object { Get-PdfStream '/X Do /X Do' "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X $_ 0 R>>>>" }
        Write-Pdf $Path $objects
    }

    $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'documents')).FullName
    Set-Content -LiteralPath "$folder/handbook.md" -Value "# Backup`n`nBackups run at night.`n`n## Restore`n`nCall the help desk."
    Set-Content -LiteralPath "$folder/page.html" -Value '<title>VPN help</title><nav>Menu</nav><h1>VPN</h1><p>Restart &amp; wait.'
    Set-Content -LiteralPath "$folder/mail.eml" -Value "From: a@contoso.com`nSubject: VPN drops`n`nIt drops every hour."
    Set-Content -LiteralPath "$folder/hosts.csv" -Value "Name,Address`ndc01,10.0.0.1"
    Set-Content -LiteralPath "$folder/notes.txt" -Value 'Call first.' -NoNewline
    Write-TestPdf -Path "$folder/plan.pdf" -Page 'Plan of the year', '', 'The end'
    [System.IO.File]::WriteAllBytes("$folder/scan.png", (Get-TestPng))
}

AfterAll {
    Restore-TestState
}

Describe 'Import-CohereDocument' {
    It 'needs no session and sends nothing' {
        Disconnect-Cohere -ErrorAction SilentlyContinue
        $documents = Import-CohereDocument "$folder/*.md", "$folder/*.txt"
        $documents | Should -HaveCount 3
        $documents[0] | Should -BeOfType CohereShell.Document
    }

    It 'outputs a document for each heading, with the place of its text' {
        $documents = Import-CohereDocument "$folder/handbook.md"
        $documents.Heading | Should -Be 'Backup', 'Backup > Restore'
        $documents.Title | Should -Be 'Backup', 'Backup'
        $documents.Path | Should -Be "$folder/handbook.md", "$folder/handbook.md"
        $documents[1].Text.Split("`n")[0] | Should -BeExactly '## Restore'
        $documents[1].LastWriteTime | Should -Be (Get-Item "$folder/handbook.md").LastWriteTime
        "$($documents[1])" | Should -BeExactly $documents[1].Text
    }

    It 'reads the pages of a PDF file, web pages, messages, tables and texts' {
        $documents = Import-CohereDocument "$folder/plan.pdf", "$folder/page.html", "$folder/mail.eml", "$folder/hosts.csv", "$folder/notes.txt" -Verbose 4>&1
        ($documents | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -Match 'page 2 has no text'
        $documents = $documents | Where-Object { $_ -is [CohereShell.Document] }
        $documents.Index | Should -Be 0, 1, 2, 3, 4, 5
        $documents.Page | Should -Be 1, 3, $null, $null, $null, $null
        $documents.Title | Should -Be 'plan.pdf', 'plan.pdf', 'VPN help', 'VPN drops', 'hosts.csv', 'notes.txt'
        $documents[0].Text | Should -BeExactly 'Plan of the year'
        $documents[2].Text | Should -BeExactly "VPN`n`nRestart & wait."
        $documents[3].Text.Trim() | Should -BeExactly "From: a@contoso.com`n`nIt drops every hour."
        $documents[5].Text | Should -BeExactly 'Call first.'
    }

    It 'takes files from the pipeline' {
        (Get-ChildItem $folder -Filter *.md | Import-CohereDocument).Heading | Should -Be 'Backup', 'Backup > Restore'
        ("$folder/notes.txt" | Import-CohereDocument).Text | Should -Be 'Call first.'
    }

    It 'reads a file in another encoding' {
        [System.IO.File]::WriteAllBytes("$folder/ansi.txt", [byte[]] (0x67, 0x72, 0xfc, 0xdf, 0x65))
        $caught = Get-ErrorOf { Import-CohereDocument "$folder/ansi.txt" }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.WrongEncoding,*'
        (Import-CohereDocument "$folder/ansi.txt" -Encoding 1252).Text | Should -Be 'grüße'
    }

    It 'writes one error for <Name> and reads the others' -TestCases @(
        @{ Name = 'a damaged PDF file'; File = 'x.pdf'; Text = '%PDF-1.7 nothing'; Id = 'DocumentDamaged' }
        @{ Name = 'a file that is not what its name says'; File = 'x.docx'; Text = 'text'; Id = 'DocumentDamaged' }
        @{ Name = 'a workbook'; File = 'x.xlsx'; Text = "PK$([char] 3)$([char] 4)"; Id = 'DocumentNotSupported' }
        @{ Name = 'a binary file'; File = 'x.bin'; Text = "a$([char] 0)"; Id = 'DocumentNotSupported' }
        @{ Name = 'an empty file'; File = 'x.txt'; Text = ''; Id = 'DocumentHasNoText' }
        @{ Name = 'an RTF document'; File = 'x.rtf'; Text = '{\rtf1 a}'; Id = 'DocumentNotSupported' }
    ) {
        Set-Content -LiteralPath "$TestDrive/$File" -Value $Text -NoNewline
        $documents = Import-CohereDocument "$TestDrive/$File", "$folder/notes.txt" -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        $failed[0].TargetObject | Should -Be "$TestDrive/$File"
        "$($failed[0])" | Should -BeLike "*$File*"
        $failed[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $documents.Text | Should -Be 'Call first.'
    }

    It 'names Invoke-CohereParse for an image' {
        $caught = Get-ErrorOf { Import-CohereDocument "$folder/scan.png" }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.DocumentHasNoText,*'
        $caught.ErrorDetails.RecommendedAction | Should -Match 'Invoke-CohereParse'
    }

    It 'ends the reading of a file that would take years' {
        Write-SlowPdf -Path "$TestDrive/slow.pdf"
        $caught = Get-ErrorOf { Import-CohereDocument "$TestDrive/slow.pdf" }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.DocumentTooLarge,*'
    }

    It 'ends the reading at the deadline' {
        Write-TestPdf -Path "$TestDrive/long.pdf" -Page (1..300 | ForEach-Object { 'Hello world ' * 3000 })
        $caught = Get-ErrorOf { Import-CohereDocument "$TestDrive/long.pdf" -TimeoutSec 1 }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.TimedOut,*'
    }

    It 'refuses -Model without -Parse' {
        (Get-ErrorOf { Import-CohereDocument "$folder/notes.txt" -Model m }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }
}

Describe 'Import-CohereDocument -Parse' {
    BeforeAll {
        Connect-Cohere -Emulator
    }

    It 'reads the text of images' {
        $document = Import-CohereDocument "$folder/scan.png" -Parse
        $document.Text | Should -Match 'PNG image'
        $document.Title | Should -Be 'scan.png'
        (Get-CohereUsage -Operation Parse).BilledPages | Should -BeGreaterThan 0
    }

    It 'does not send what has text' {
        $calls = (Get-CohereUsage -Operation Parse).Calls
        Import-CohereDocument "$folder/plan.pdf", "$folder/notes.txt" -Parse | Should -HaveCount 3
        (Get-CohereUsage -Operation Parse).Calls | Should -Be $calls
    }

    It 'shows the calls with -WhatIf and sends nothing' {
        $calls = (Get-CohereUsage -Operation Parse).Calls
        Import-CohereDocument "$folder/scan.png", "$folder/scan.png" -Parse -WhatIf | Should -BeNullOrEmpty
        (Get-CohereUsage -Operation Parse).Calls | Should -Be $calls
    }

    It 'says why an image is refused' {
        $bytes = Get-TestPng
        $bytes[17] = $bytes[21] = 1
        [System.IO.File]::WriteAllBytes("$TestDrive/huge.png", $bytes)
        (Get-ErrorOf { Import-CohereDocument "$TestDrive/huge.png" -Parse }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ImageTooLarge,*'
    }
}

Describe 'What takes documents' {
    BeforeAll {
        Connect-Cohere -Emulator
    }

    It 'cites documents by file and page: Invoke-CohereChat' {
        $answer = Import-CohereDocument "$folder/plan.pdf" | Invoke-CohereChat 'What is the plan of the year?'
        $source = $answer.Citations.Sources | Select-Object -First 1
        $source.Id | Should -Be 'plan.pdf, page 1'
        $source.InputObject | Should -BeOfType CohereShell.Document
        $source.InputObject.Page | Should -Be 1
    }

    It 'cites files by page or heading: Invoke-CohereChat' {
        $answer = Get-Item "$folder/plan.pdf", "$folder/page.html" | Invoke-CohereChat 'What is the plan of the year?'
        ($answer.Citations.Sources | Select-Object -First 1).Id | Should -Be 'plan.pdf, page 1'
        ($answer.Citations.Sources | Select-Object -First 1).InputObject | Should -BeOfType System.IO.FileInfo
    }

    It 'embeds the text of documents and files: New-CohereEmbedding' {
        (Get-Item "$folder/plan.pdf" | New-CohereEmbedding).Text | Should -BeExactly "Plan of the year`n`nThe end"
        (New-CohereEmbedding -Path "$folder/plan.pdf" -AsText).Text | Should -BeExactly "Plan of the year`n`nThe end"
        $embedding = Import-CohereDocument "$folder/plan.pdf" | Split-CohereText | New-CohereEmbedding | Select-Object -First 1
        $embedding.Text | Should -BeExactly 'Plan of the year'
        $embedding.Path | Should -Be "$folder/plan.pdf"
        $embedding.InputObject | Should -BeOfType CohereShell.TextChunk
    }

    It 'embeds each chunk once if the run is repeated: New-CohereEmbedding -Resume' {
        Set-Content -LiteralPath "$TestDrive/long.md" -Value "# One`n`nSame text.`n`n# Two`n`nSame text.`n`nOther text."
        Set-Content -LiteralPath "$TestDrive/more.md" -Value 'Same text.'
        foreach ($extension in 'arrow', 'jsonl') {
            $out = Join-Path $TestDrive "chunks.$extension"
            $run = { Import-CohereDocument $args[0] | Split-CohereText -MaxLength 14 | New-CohereEmbedding -OutFile $out -Resume -ErrorAction Stop }
            & $run "$TestDrive/long.md"
            $count = @(Import-CohereEmbedding -LiteralPath $out).Count
            $count | Should -BeGreaterThan 3
            $calls = (Get-CohereUsage -Operation Embed).Calls
            & $run "$TestDrive/long.md"
            (Get-CohereUsage -Operation Embed).Calls | Should -Be $calls
            # Another file in front of it changes the positions.
            & $run "$TestDrive/more.md", "$TestDrive/long.md"
            @(Import-CohereEmbedding -LiteralPath $out) | Should -HaveCount ($count + 1)
        }
    }

    It 'ranks documents and files: Invoke-CohereRerank' {
        $best = Get-Item "$folder/plan.pdf", "$folder/page.html" | Invoke-CohereRerank 'plan of the year' -Top 1
        $best.Text | Should -Match 'Plan of the year'
        (Import-CohereDocument "$folder/*.md", "$folder/*.pdf" | Invoke-CohereRerank 'plan of the year' -Top 1).Document.Page | Should -Be 1
    }

    It 'counts the tokens of a PDF file: ConvertTo-CohereToken' {
        (Get-Item "$folder/plan.pdf" | ConvertTo-CohereToken).Text | Should -BeExactly "Plan of the year`n`nThe end"
    }

    It 'accepts copies from jobs' {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Import-CohereDocument "$folder/plan.pdf")))
        ($copy | New-CohereEmbedding).Text | Should -Be 'Plan of the year', 'The end'
        ($copy | Invoke-CohereChat 'What is the plan of the year?').Citations.Sources[0].Id | Should -Be 'plan.pdf, page 1'
        ($copy | Split-CohereText).Page | Should -Be 1, 3
    }

    It 'writes one error for a file that can''t be read: <Name>' -TestCases @(
        @{ Name = 'Invoke-CohereChat'; Call = { Get-Item "$TestDrive/bad.pdf", "$folder/notes.txt" | Invoke-CohereChat 'Whom to call?' } }
        @{ Name = 'New-CohereEmbedding'; Call = { Get-Item "$TestDrive/bad.pdf" | New-CohereEmbedding; 'x' | New-CohereEmbedding } }
        @{ Name = 'Invoke-CohereRerank'; Call = { Get-Item "$TestDrive/bad.pdf", "$folder/notes.txt" | Invoke-CohereRerank 'q' } }
        @{ Name = 'Split-CohereText'; Call = { Get-Item "$TestDrive/bad.pdf", "$folder/notes.txt" | Split-CohereText } }
    ) {
        Set-Content -LiteralPath "$TestDrive/bad.pdf" -Value '%PDF-1.7 nothing'
        $Error.Clear()
        $output = & $Call 2>$null
        $output | Should -Not -BeNullOrEmpty
        @($Error | Where-Object FullyQualifiedErrorId -Like 'CohereShell.*') | Should -HaveCount 1
        $Error[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.DocumentDamaged,*'
    }
}

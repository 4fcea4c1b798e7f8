#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# What all cmdlets with files do with paths.

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    # The parameters that a cmdlet needs besides the path of a file, and the extension of the file.
    $fileCommands = @(
        @{ Name = 'Get-CohereAudit'; Extension = '.jsonl'; With = @{}; Sends = $false }
        @{ Name = 'Import-CohereDocument'; Extension = '.txt'; With = @{}; Sends = $false }
        @{ Name = 'Import-CohereEmbedding'; Extension = '.jsonl'; With = @{}; Sends = $false }
        @{ Name = 'Invoke-CohereParse'; Extension = '.png'; With = @{}; Sends = $true }
        @{ Name = 'Invoke-CohereTranscription'; Extension = '.wav'; With = @{ Language = 'en'; Model = 'm' }; Sends = $true }
        @{ Name = 'New-CohereDataset'; Extension = '.jsonl'; With = @{ Type = 'embed-input' }; Sends = $true }
        @{ Name = 'New-CohereEmbedding'; Extension = '.png'; With = @{}; Sends = $true }
        @{ Name = 'Search-CohereEmbedding'; Extension = '.jsonl'; With = @{ Query = 'q' }; Sends = $false }
        @{ Name = 'Search-CohereIndex'; Extension = '.arrow'; With = @{ Query = 'q' }; Sends = $false }
        @{ Name = 'Start-CohereBatch'; Extension = '.jsonl'; With = @{ Model = 'm'; Confirm = $false }; Sends = $true }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer

    function Write-TestFile {
        param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [string] $Extension)
        $path = Join-Path $TestDrive ($Name + $Extension)
        if ($Extension -eq '.png') {
            [System.IO.File]::WriteAllBytes($path, (Get-TestPng))
        }
        elseif ($Extension -eq '.wav') {
            [System.IO.File]::WriteAllBytes($path, [byte[]]::new(100))
        }
        else {
            [System.IO.File]::WriteAllText($path, '{"text":"one","custom_id":"1","body":{"messages":[{"role":"user","content":"q"}]}}')
        }

        $path
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'A path that matches nothing as a pattern, but is the name of a file' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
    }

    It 'covers every cmdlet that reads files from -Path' {
        $readers = Get-Command -Module CohereShell | Where-Object { $_.Parameters.ContainsKey('LiteralPath') -and $_.Parameters['Path'].ParameterType -eq [string[]] }
        $readers.Name | Should -Be $fileCommands.Name
    } -TestCases @{ fileCommands = $fileCommands }

    It 'points to -LiteralPath: <Name>' -ForEach $fileCommands {
        $path = Write-TestFile '[x] 1' $Extension
        $caught = Get-ErrorOf { & $Name -Path $path @With }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $caught.ErrorDetails.RecommendedAction | Should -Be "Use -LiteralPath '$path'"
        "$caught" | Should -Match 'wildcards'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'says how to escape it where there is no -LiteralPath' {
        $image = Write-TestFile '[x] 2' '.png'
        $caught = Get-ErrorOf { Invoke-CohereChat 'q' -Image $image }
        $caught.ErrorDetails.RecommendedAction | Should -Be "Escape the characters: '$([WildcardPattern]::Escape($image))'"
        $null = Invoke-CohereChat 'q' -Image ([WildcardPattern]::Escape($image))
        $server.Requests | Should -HaveCount 1
    }

    It 'is an error of the module when it isn''t a valid pattern: <Name>' -ForEach $fileCommands {
        (Get-ErrorOf { & $Name -Path '[x' @With }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        (Get-ErrorOf { Invoke-CohereChat 'q' -Image '[x' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
    }
}

Describe 'An error of the service' {
    It 'names the file that it is about: <Name>' -ForEach @($fileCommands | Where-Object { $_.Sends }) {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"it is bad"}' }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
        $path = Write-TestFile 'bad' $Extension
        $caught = Get-ErrorOf { & $Name -Path $path @With }
        "$caught" | Should -BeLike "${path}: *it is bad*"
        $caught.TargetObject | Should -Be $path
        $server.Requests | Should -Not -BeNullOrEmpty
    }
}

Describe 'A file that is input and output' {
    BeforeAll { Connect-Cohere -Emulator }

    It 'is not replaced by its own Markdown' {
        $image = Write-TestFile 'page' '.png'
        $bytes = [System.IO.File]::ReadAllBytes($image)
        $link = Join-Path $TestDrive 'link.png'
        $null = New-Item -ItemType SymbolicLink -Path $link -Target $image
        $folder = Join-Path $TestDrive 'folder-link'
        $null = New-Item -ItemType SymbolicLink -Path $folder -Target $TestDrive
        try {
            foreach ($out in $image, $link, (Join-Path $folder 'page.png'), (Join-Path (Join-Path $TestDrive '.') 'page.png')) {
                $caught = Get-ErrorOf { Invoke-CohereParse -Path $image -OutFile $out }
                $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
                $caught.TargetObject | Should -Be $image
                [System.IO.File]::ReadAllBytes($image) | Should -Be $bytes
            }
        }
        finally {
            [System.IO.File]::Delete($link)
            [System.IO.File]::Delete($folder)
        }

        (Get-CohereUsage).Calls | Should -BeNullOrEmpty
    }

    It 'keeps its embeddings when it is exported to itself, and can be appended to itself' {
        $path = Join-Path $TestDrive 'self.jsonl'
        'a', 'b' | New-CohereEmbedding -Dimension 256 | Export-CohereEmbedding -Path $path
        Import-CohereEmbedding $path | Export-CohereEmbedding -Path $path
        Import-CohereEmbedding $path | Should -HaveCount 2
        Import-CohereEmbedding $path | Export-CohereEmbedding -Path $path -Append
        Import-CohereEmbedding $path | Should -HaveCount 4
    }
}

Describe 'A folder in place of a file' {
    BeforeAll {
        foreach ($extension in '.psd1', '.jsonl', '.csv', '.json', '.wav', '.png', '.md', '.cemb', '.arrow') {
            $null = New-Item -ItemType Directory -Path (Join-Path $TestDrive "place$extension")
        }

        Connect-Cohere -Emulator
        [System.IO.File]::WriteAllBytes((Join-Path $TestDrive 'image.png'), (Get-TestPng))
        Push-Location -LiteralPath $TestDrive
    }

    AfterAll { Pop-Location }

    It 'is called a folder: <Script>' -ForEach @(
        @{ Script = { Connect-Cohere -Emulator -AccessProfile place.psd1 } }
        @{ Script = { Connect-Cohere -Emulator -AuditPath place.jsonl } }
        @{ Script = { Connect-Cohere -Emulator -Price place.psd1 } }
        @{ Script = { Get-CohereUsage -Price place.json } }
        @{ Script = { Get-CohereUsage -AuditPath place.jsonl } }
        @{ Script = { Get-CohereAudit -Path place.jsonl } }
        @{ Script = { Get-CohereAudit -LiteralPath place.jsonl } }
        @{ Script = { New-CohereDataset place.csv -Type embed-input } }
        @{ Script = { Invoke-CohereParse place.png } }
        @{ Script = { Invoke-CohereParse image.png -OutFile place.md } }
        @{ Script = { Invoke-CohereParse image.png -OutFile place.jsonl } }
        @{ Script = { Invoke-CohereTranscription place.wav en } }
        @{ Script = { Get-Item place.png | New-CohereEmbedding } }
        @{ Script = { 'a' | New-CohereEmbedding -OutFile place.jsonl } }
        @{ Script = { Invoke-CohereChat q -Image place.png } }
        @{ Script = { Get-Item place.md | Invoke-CohereChat q } }
        @{ Script = { [pscustomobject] @{ A = 1 } | Invoke-CohereChat -Prompt '{A}' -OutFile place.csv } }
        @{ Script = { New-CohereChatMessage q -Image place.png } }
        @{ Script = { Start-CohereBatch -Path place.jsonl -Model command-a-03-2025 } }
        @{ Script = { 'a' | New-CohereEmbedding | Export-CohereEmbedding place.arrow } }
        @{ Script = { Import-CohereEmbedding place.arrow } }
        @{ Script = { Update-CohereIndex place.arrow image.png } }
        @{ Script = { Search-CohereIndex place.arrow q } }
        @{ Script = { Receive-CohereBatch x -OutFile place.jsonl } }
        @{ Script = { Get-Item place.md | ConvertTo-CohereToken } }
        @{ Script = { [CohereShell.ChatConversation]::Load('place.json') } }
    ) {
        $caught = Get-ErrorOf $Script
        $caught.Exception.Message | Should -Match 'is a folder'
        $caught.Exception.Message | Should -Not -Match 'denied|exist'
    }

    It 'is called a file where a folder is needed: <Script>' -ForEach @(
        @{ Script = { Connect-Cohere -Emulator -StatePath image.png } }
        @{ Script = { Start-CohereEmulator -StatePath image.png } }
        @{ Script = { Invoke-CohereParse image.png -OutDirectory image.png } }
    ) {
        (Get-ErrorOf $Script).Exception.Message | Should -Match 'is a file'
    }
}

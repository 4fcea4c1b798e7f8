#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    # The parameters whose values are paths of files.
    $paths = 'Path', 'LiteralPath', 'OutFile', 'OutDirectory', 'StatePath', 'EvalPath', 'AuditPath', 'Image', 'AccessProfile', 'Price', 'Source', 'LiteralSource'
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    $script:others = foreach ($command in Get-Command -Module CohereShell -CommandType Cmdlet) {
        foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Name -notin $common -and ($parameter.Name -notin $paths -or $command.Name -eq 'Invoke-CohereApi') -and -not $parameter.SwitchParameter) {
                @{ Cmdlet = $command.Name; Parameter = $parameter.Name }
            }
        }
    }
    $script:files = foreach ($command in Get-Command -Module CohereShell -CommandType Cmdlet) {
        # The path of Invoke-CohereApi is the path of an operation.
        foreach ($name in $paths.Where({ $command.Parameters.ContainsKey($_) -and $command.Name -ne 'Invoke-CohereApi' })) {
            @{ Cmdlet = $command.Name; Parameter = $name }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator
    Push-Location (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'completion'))
    Set-Content zzprobe.txt 'x'
}

AfterAll {
    Pop-Location
    Restore-TestState
}

Describe 'Tab after a parameter' {
    It 'offers no files for <Cmdlet> -<Parameter>' -ForEach $others {
        @(Get-TabCompletion "$Cmdlet -$Parameter ").Where({ $_.CompletionText -match 'zzprobe' }) | Should -BeNullOrEmpty
    }

    It 'offers files for <Cmdlet> -<Parameter>' -ForEach $files {
        @(Get-TabCompletion "$Cmdlet -$Parameter zzp").Where({ $_.CompletionText -match 'zzprobe' }) | Should -HaveCount 1
    }
}

Describe 'Tab after -Model' {
    It 'finds models that contain the text, after those that begin with it' {
        $names = (Get-TabCompletion 'Invoke-CohereChat -Model rea').CompletionText
        $names | Should -Contain 'command-a-reasoning-08-2025'
        $names = (Get-TabCompletion 'Get-CohereModel c').CompletionText
        $names[0] | Should -BeLike 'c*'
        $first = [array]::FindIndex([string[]] $names, [Predicate[string]] { param($name) $name -notlike 'c*' })
        $first | Should -BeGreaterThan 0
        $names[$first..($names.Count - 1)] -like 'c*' | Should -BeNullOrEmpty
    }

    It 'offers models that parse for -ParseModel' {
        (Get-TabCompletion 'Update-CohereIndex kb.arrow . -Parse -ParseModel ').CompletionText | Select-Object -First 1 | Should -Be 'parse-v5.0'
    }

    It 'offers <Model> first for <Cmdlet>' -ForEach @(
        @{ Cmdlet = 'Invoke-CohereChat'; Model = 'command-a-03-2025' }
        @{ Cmdlet = 'Enter-CohereChat'; Model = 'command-a-03-2025' }
        @{ Cmdlet = 'New-CohereEmbedding'; Model = 'embed-v4.0' }
        @{ Cmdlet = 'Search-CohereEmbedding'; Model = 'embed-v4.0' }
        @{ Cmdlet = 'Invoke-CohereRerank'; Model = 'rerank-v4.0-pro' }
        @{ Cmdlet = 'Start-CohereEmbedJob'; Model = 'embed-multilingual-v3.0' }
        @{ Cmdlet = 'Start-CohereBatch'; Model = 'command-a-03-2025' }
    ) {
        (Get-TabCompletion "$Cmdlet -Model ").CompletionText[0] | Should -Be $Model
    }

    It 'offers the session''s model first' {
        $session = Connect-Cohere -Emulator -ChatModel command-r7b-12-2024 -PassThru
        try {
            (Get-TabCompletion 'Invoke-CohereChat -Model ').CompletionText[0] | Should -Be 'command-r7b-12-2024'
        }
        finally {
            $session.Dispose()
            Connect-Cohere -Emulator
        }
    }
}

Describe 'The names of properties of the input' {
    BeforeAll {
        Set-Content -LiteralPath (Join-Path $TestDrive 'tickets.csv') -Value 'Id,Subject,"Body text"', '1,Printer,"It does not print"'
        Set-Content -LiteralPath (Join-Path $TestDrive 'semicolons.csv') -Value 'Id;Subject', '1;Printer'
        Push-Location -LiteralPath $TestDrive
        Set-Variable -Name completionRows -Scope Global -Value ([pscustomobject] @{ Number = 1; Title = 'a' })
        Set-Variable -Name completionFile -Scope Global -Value (Join-Path $TestDrive 'tickets.csv')
    }

    AfterAll {
        Pop-Location
        Remove-Variable completionRows, completionFile -Scope Global
    }

    It 'are completed: <Line>' -ForEach @(
        @{ Line = 'Import-Csv tickets.csv | Invoke-CohereChat -Property '; Expected = 'Id', 'Subject', "'Body text'" }
        @{ Line = 'Import-Csv tickets.csv | Invoke-CohereChat -Property Id, Sub'; Expected = 'Subject' }
        @{ Line = 'Import-Csv tickets.csv | Invoke-CohereChat -IdProperty i'; Expected = 'Id' }
        @{ Line = 'Import-Csv -LiteralPath tickets.csv | Where-Object Id -GT 3 | Sort-Object Id | Start-CohereBatch -Model m -IdProperty su'; Expected = 'Subject' }
        @{ Line = 'Import-Csv $completionFile | Invoke-CohereRerank q -Property b'; Expected = "'Body text'", 'Subject' }
        @{ Line = 'Import-Csv semicolons.csv -Delimiter '';'' | New-CohereEmbedding -IdProperty '; Expected = 'Id', 'Subject' }
        @{ Line = '$completionRows | Invoke-CohereClassification -Property '; Expected = 'Number', 'Title' }
        @{ Line = '$completionRows | Where-Object Number | New-CohereDataset -Type embed-input -KeepField T'; Expected = 'Title' }
        @{ Line = '[pscustomobject] @{ One = 1; Two = 2 } | New-CohereDataset -Type embed-input -Property '; Expected = 'One', 'Two' }
        @{ Line = 'Invoke-CohereChat -InputObject $completionRows -Property Ti'; Expected = 'Title' }
    ) {
        (Get-TabCompletion $Line).CompletionText | Should -Be $Expected
    }

    It 'come from the declared output of a command' {
        (Get-TabCompletion 'Get-Process | Invoke-CohereRerank q -Property ProcessN').CompletionText | Should -Contain 'ProcessName'
        (Get-TabCompletion 'Get-ChildItem | Invoke-CohereRerank q -Property LastW').CompletionText | Should -Contain 'LastWriteTime'
    }

    It 'are not guessed, and no command runs: <Line>' -ForEach @(
        @{ Line = 'Import-Csv nothing.csv | Invoke-CohereChat -Property ' }
        @{ Line = 'Import-Csv $nothingSet | Invoke-CohereChat -Property ' }
        @{ Line = 'Set-Content ran.txt -Value 1 -PassThru | ForEach-Object { $_ } | Invoke-CohereChat -Property Zz' }
        @{ Line = 'Invoke-CohereChat -Property ' }
    ) {
        Get-TabCompletion $Line | Should -BeNullOrEmpty
        'ran.txt' | Should -Not -Exist
    }
}

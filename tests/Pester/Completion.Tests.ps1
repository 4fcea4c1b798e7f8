#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    # The parameters whose values are paths of files.
    $paths = 'Path', 'LiteralPath', 'OutFile', 'OutDirectory', 'StatePath', 'EvalPath', 'AuditPath', 'Image', 'AccessProfile', 'Price'
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

#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    $script:cmdletNames = (Get-Command -Module CohereShell).Name
    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:moduleFolder = Split-Path -Parent $Manifest
}

AfterAll {
    Restore-TestState
}

Describe 'The module' {
    It 'has a valid manifest' {
        $module = Test-ModuleManifest -Path $Manifest -WarningVariable warnings

        $warnings | Should -BeNullOrEmpty
        $module.Name | Should -Be 'CohereShell'
        $module.CompatiblePSEditions | Should -Be 'Core', 'Desktop'
        $module.PrivateData.PSData.LicenseUri | Should -Not -BeNullOrEmpty
        $module.PrivateData.PSData.ReleaseNotes | Should -Not -BeNullOrEmpty
        $module.PrivateData.PSData.Tags | Should -Contain 'Cohere'
    }

    It 'names no web address that the repository does not know' {
        $source = Get-Content -LiteralPath $Manifest -Raw
        $addresses = [regex]::Matches($source, 'https?://[^''"\s]+').Value

        $addresses | Should -Be 'https://opensource.org/license/mit'
    }

    It 'has one version, which all its assemblies have' -Tag BothEditions {
        $version = (Test-ModuleManifest -Path $Manifest).Version

        $assemblies = Get-ChildItem -LiteralPath $moduleFolder -Recurse -File -Filter 'CohereShell*.dll'
        $assemblies | Should -HaveCount 10
        foreach ($assembly in $assemblies) {
            [System.Reflection.AssemblyName]::GetAssemblyName($assembly.FullName).Version.ToString(3) | Should -Be "$version" -Because $assembly.FullName
        }
    }

    It 'releases the version whose changes the changelog and the release notes list' {
        $version = (Test-ModuleManifest -Path $Manifest).Version
        $changelog = Get-Content -LiteralPath (Join-Path $RepositoryRoot 'CHANGELOG.md') -Raw

        [regex]::Match($changelog, '(?m)^## \[(\d[\d.]+)\]').Groups[1].Value | Should -Be "$version"
        (Test-ModuleManifest -Path $Manifest).ReleaseNotes | Should -BeLike "$version*"
    }

    It 'exports exactly the cmdlets that its manifest names, and nothing else' {
        # Import-PowerShellDataFile reads no manifest whose root module depends on the edition.
        $named = (& ([scriptblock]::Create((Get-Content -LiteralPath $Manifest -Raw)))).CmdletsToExport

        $module = Get-Module -Name CohereShell
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be ($named | Sort-Object)
        $module.ExportedFunctions.Count | Should -Be 0
        $module.ExportedAliases.Count | Should -Be 0
        $module.ExportedVariables.Count | Should -Be 0
    }

    It 'holds every cmdlet that its assembly has' {
        $assembly = (Get-Command -Name Connect-Cohere).ImplementingType.Assembly
        $written = $assembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }

        $written | Sort-Object | Should -Be ((Get-Module -Name CohereShell).ExportedCmdlets.Keys | Sort-Object)
    }

    It 'ships no assembly of PowerShell itself' {
        Get-ChildItem -LiteralPath $moduleFolder -Recurse -File -Include 'System.Management.Automation*', 'Microsoft.PowerShell.*.dll', 'PowerShellStandard*' | Should -BeNullOrEmpty
    }

    It 'ships builds for both editions, without debris of the build' -Tag BothEditions {
        foreach ($build in 'net8.0', 'net472') {
            Join-Path $moduleFolder 'bin' $build 'CohereShell.dll' | Should -Exist
        }

        Get-ChildItem -LiteralPath $moduleFolder -Recurse -File | Where-Object { $_.Extension -in '.pdb', '.deps.json', '.cs' -and $_.Name -notlike '*CohereShell*' } | Should -BeNullOrEmpty
    }

    It 'has no path that is too long for Azure Automation' {
        Get-ChildItem -LiteralPath $moduleFolder -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath((Split-Path -Parent $moduleFolder), $_.FullName).Length } | Where-Object { $_ -gt 140 } | Should -BeNullOrEmpty
    }

    It 'loads no library at import, opens nothing, and keeps its libraries apart from those of others' {
        $lines = Invoke-InOtherProcess @'
            $before = [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name
            Import-Module $Manifest
            Get-CohereSession
            $loaded = [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name | Where-Object { $_ -notin $before }
            'after import: ' + (($loaded -match 'Polly|Microsoft\.Extensions|RateLimiting|ServerSentEvents|Arrow|Pdf|CohereShell') -join ' ')
            Connect-Cohere -Emulator
            $loaded = [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name
            'after connecting: ' + (($loaded -match 'Polly|Extensions\.Http|RateLimiting|ServerSentEvents|CohereShell.Transport') -join ' ')
            $null = Invoke-CohereChat 'q' -Stream
            foreach ($name in 'CohereShell.Transport', 'Polly.Core', 'Microsoft.Extensions.Http.Resilience', 'CohereShell.Client') {
                $assembly = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq $name }
                "$name in $([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name)"
            }
'@
        $lines[0] | Should -BeLike 'after import: *CohereShell*'
        $lines[0] | Should -Not -Match 'Polly|Extensions|RateLimiting|ServerSentEvents|Arrow|Pdf|Transport|Formats'
        $lines[1] | Should -BeExactly 'after connecting: '
        $lines[2] | Should -BeExactly 'CohereShell.Transport in CohereShell'
        $lines[3] | Should -BeExactly 'Polly.Core in CohereShell'
        $lines[4] | Should -BeExactly 'Microsoft.Extensions.Http.Resilience in CohereShell'
        $lines[5] | Should -BeExactly 'CohereShell.Client in Default'
    }

    It 'can be used beside another version of its libraries' {
        # Another module has loaded other versions into the default load context. They stay as they are, and ours work.
        $lines = Invoke-InOtherProcess @'
            Add-Type 'public class LoadsTheCompiler { }'
            foreach ($name in 'Polly.Core', 'Polly.Extensions', 'Microsoft.Extensions.Http.Resilience', 'Microsoft.Extensions.Http.Diagnostics') {
                $source = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText("[assembly: System.Reflection.AssemblyVersion(`"7.0.0.0`")] public class Other$($name -replace '\.') { }")
                $core = [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile([object].Assembly.Location)
                $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new('DynamicallyLinkedLibrary')
                $stream = [IO.MemoryStream]::new()
                $null = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($name, [Microsoft.CodeAnalysis.SyntaxTree[]]$source, [Microsoft.CodeAnalysis.MetadataReference[]]$core, $options).Emit($stream)
                $stream.Position = 0
                $null = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromStream($stream)
            }

            Import-Module $Manifest
            Connect-Cohere -Emulator
            (Invoke-CohereChat 'beside').FinishReason
            foreach ($name in 'Polly.Core', 'Microsoft.Extensions.Http.Resilience') {
                $found = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq $name }
                ($found | ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } | Sort-Object) -join ' '
            }

            [System.Reflection.Assembly]::Load('Polly.Core').GetName().Version.ToString()
'@
        $lines | Should -Be 'Complete', 'CohereShell Default', 'CohereShell Default', '7.0.0.0'
    }

    It 'closes sessions and stops emulators when it is removed, and can be imported again' {
        $lines = Invoke-InOtherProcess @'
            Import-Module $Manifest
            $emulator = Start-CohereEmulator
            $session = $emulator | Connect-Cohere -PassThru
            $null = Invoke-CohereChat 'q'
            Remove-Module CohereShell
            "$($session.IsOpen) $($emulator.IsRunning)"
            Import-Module $Manifest
            "session: $((Get-CohereSession).IsOpen)"
            Connect-Cohere -Emulator
            (Invoke-CohereChat 'q').FinishReason
            Import-Module $Manifest -Force
            Connect-Cohere -Emulator
            (Invoke-CohereChat 'q').FinishReason
'@
        $lines | Should -Be 'False False', 'session: False', 'Complete', 'Complete'
    }

    It 'has types that a script can name without a request before' {
        Invoke-InOtherProcess 'Import-Module $Manifest; [CohereShell.ChatMessage]::new("User", "hi").Text; [CohereShell.CitationMode]::Off; [CohereShell.CohereSession].Name' | Should -Be 'hi', 'Off', 'CohereSession'
    }

    It 'can be imported in a runspace that has nothing else' {
        $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
        $state.ImportPSModule($Manifest)
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create()
        try {
            $shell.Runspace = $runspace
            $shell.AddScript('Connect-Cohere -Emulator; (Invoke-CohereChat hello).FinishReason').Invoke() | Should -Be 'Complete'
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }
}

Describe '<_>' -ForEach $cmdletNames {
    BeforeAll { $script:command = Get-Command -Name $_ -Module CohereShell }

    It 'declares its output with [OutputType]' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has an approved verb and a singular noun that begins with Cohere' {
        Get-Verb -Verb $command.Verb | Should -Not -BeNullOrEmpty
        $command.Noun | Should -BeLike 'Cohere*'
        $command.Noun | Should -Not -Match 's$'
    }

    It 'has parameters in the singular, without those that PowerShell itself uses' {
        $own = $command.Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and $_.Name -notin [System.Management.Automation.PSCmdlet]::OptionalCommonParameters }

        foreach ($parameter in $own) {
            $parameter.Name | Should -Match '^[A-Z][A-Za-z]+$'
        }
    }

    It 'has a test file' {
        Join-Path $PSScriptRoot "$_.Tests.ps1" | Should -Exist
    }

    It 'asks for confirmation if it says that it can' {
        if ($command.Verb -in 'Remove', 'Stop', 'Start', 'Set') {
            $command.Parameters.ContainsKey('WhatIf') | Should -BeTrue
        }
    }
}

Describe 'The output of the module' {
    BeforeAll {
        $script:emulator = Start-CohereEmulator
        $emulator | Connect-Cohere
        $answer = Invoke-CohereChat 'How long are logs kept?' -Document 'Logs are kept for 90 days.' -LogProb
        $events = Invoke-CohereChat 'Hello.' -Stream
        $tool = @{ name = 'get_event'; description = 'Gets an event.'; parameters = @{ type = 'object'; properties = @{ id = @{ type = 'integer' } } } }
        $called = Invoke-CohereChat 'Get event 4625' -Tool $tool
        $script:objects = @(
            $answer
            $called
            $answer.Citations[0]
            $answer.Citations[0].Sources[0]
            $answer.Usage
            $called.ToolCalls[0]
            $answer.History[0]
            $answer.History[0].Content[0]
            $events
            Get-CohereSession
            Get-CohereOperation
            (Get-CohereOperation)[0].Limits[0]
            Get-CohereUsage
            Get-CohereModel
            Test-CohereApiKey
            $emulator
        )
    }
    AfterAll { Stop-CohereEmulator }

    It 'is shown by something better than the name of its type' {
        foreach ($group in $objects | Group-Object { $_.GetType().FullName }) {
            $shown = $group.Group[0] | Out-String -Width 120
            $shown.Trim() | Should -Not -BeNullOrEmpty -Because $group.Name
            $shown | Should -Not -Match ([regex]::Escape($group.Name)) -Because $group.Name
            $shown | Should -Not -Match 'CohereShell\.[A-Z]|System\.Object|<>z__' -Because $group.Name
        }
    }

    It 'has a view for every type in [OutputType] of a cmdlet' {
        $types = (Get-Command -Module CohereShell).OutputType.Type | Where-Object { $_ -and $_.Namespace -eq 'CohereShell' } | Sort-Object -Property FullName -Unique

        $types | Should -Not -BeNullOrEmpty
        foreach ($type in $types) {
            Get-FormatData -TypeName $type.FullName | Should -Not -BeNullOrEmpty -Because $type.FullName
        }
    }

    It 'fits into a window of 80 columns' {
        foreach ($item in $objects) {
            ($item | Out-String -Width 80) -split '\r?\n' | Where-Object Length -gt 80 | Should -BeNullOrEmpty
        }
    }

    It 'holds lists that PowerShell can take elements out of' {
        foreach ($item in $objects) {
            foreach ($property in $item.GetType().GetProperties()) {
                $value = $property.GetValue($item)
                if ($value -is [System.Collections.IEnumerable] -and $value -isnot [string] -and $value -isnot [System.Collections.IDictionary]) {
                    , $value | Should -BeOfType System.Collections.IList -Because $property.Name
                    $value.GetType().IsPublic -or $value.GetType().IsArray | Should -BeTrue -Because "$($item.GetType().Name).$($property.Name) is a $($value.GetType().Name)"
                }
            }
        }
    }

    It 'can be written as JSON and read again' {
        foreach ($group in $objects | Group-Object { $_.GetType().FullName }) {
            { $group.Group[0] | ConvertTo-Json -Depth 6 -WarningAction SilentlyContinue | ConvertFrom-Json -AsHashtable } | Should -Not -Throw -Because $group.Name
        }
    }

    It 'cannot write to the terminal behind the view: <Name>' -ForEach @(
        @{ Name = 'a colour'; Bad = "$([char] 27)[31mred" }
        @{ Name = 'the clipboard'; Bad = "$([char] 27)]52;c;ZXZpbA==$([char] 7)" }
        @{ Name = 'the title, with C1 controls'; Bad = "$([char] 0x9d)0;title$([char] 0x9c)" }
        @{ Name = 'backspaces'; Bad = "rm$([char] 8)$([char] 8)ls" }
        @{ Name = 'writing from right to left'; Bad = "abc$([char] 0x202e)txt.exe" }
        @{ Name = 'bidi isolates'; Bad = "abc$([char] 0x2066)a$([char] 0x2067)b$([char] 0x2068)c$([char] 0x2069)txt.exe" }
    ) {
        $server = Open-TestServer
        try {
            $session = Connect-CohereElsewhere $server.BaseUri
            $source = @{ type = 'document'; id = "d$Bad"; document = @{ text = $Bad } }
            $call = @{ id = "c$Bad"; type = 'function'; function = @{ name = "n$Bad"; arguments = "{`"a`":`"$Bad`"}" } }
            $server.Enqueue((ConvertTo-ChatAnswer "text $Bad" -Message @{ tool_plan = "plan $Bad"; tool_calls = @($call); citations = @(@{ start = 0; end = 4; text = "cited $Bad"; sources = @($source) }) }))
            $server.Enqueue((ConvertTo-StreamAnswer "text $Bad"))
            $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json -Depth 5 @{ models = @(@{ name = "m$Bad"; endpoints = @("e$Bad"); features = @("f$Bad") }) } })
            $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json @{ valid = $true; organization_id = "o$Bad"; owner_id = "w$Bad" } })
            $answer = Invoke-CohereChat 'q' -Session $session
            $events = Invoke-CohereChat 'q' -Stream -Session $session
            $model = Get-CohereModel -Session $session
            $status = Test-CohereApiKey -Session $session

            $answer.Text | Should -BeExactly "text $Bad" -Because 'a script gets what the model said'
            foreach ($item in $answer, $answer.Citations, $answer.ToolCalls, $answer.History, $events, $model, $status) {
                # The view's own colours of headers are none of the model's doing.
                $PSStyle.OutputRendering = 'PlainText'
                $item | Out-String -Width 120 | Should -Not -Match "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]" -Because $item[0].GetType().Name
            }
        }
        finally {
            $PSStyle.OutputRendering = 'Host'
            $server.Dispose()
        }
    }

    It 'cannot write to the terminal through errors, warnings and verbose output' {
        $server = Open-TestServer
        try {
            $bad = "a$([char] 27)]0;title$([char] 7)b$([char] 0x9b)31m"
            $session = Connect-CohereElsewhere $server.BaseUri
            $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = ConvertTo-Json @{ message = $bad } })
            $server.Enqueue([CohereShellTests.Answer] @{ ContentType = 'text/plain'; Body = $bad })
            $server.Enqueue((ConvertTo-StreamAnswer 'half' -End @{ finish_reason = 'ERROR'; error = $bad }))

            $shown = & {
                Invoke-CohereChat 'q' -Session $session -Verbose -Debug
                Invoke-CohereChat 'q' -Session $session -Verbose -Debug
                Invoke-CohereChat 'q' -Session $session -Verbose -Debug -Stream | Out-Null
            } *>&1

            @($shown | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) | Should -HaveCount 3
            foreach ($record in $shown) {
                "$record" | Should -Not -Match "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
            }
        }
        finally {
            $server.Dispose()
        }
    }
}

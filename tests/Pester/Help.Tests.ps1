#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:pages = foreach ($name in (Get-Command -Module CohereShell).Name | Sort-Object) {
        @{ Name = $name; Page = [System.IO.Path]::Combine($RepositoryRoot, 'docs', 'en-US', "$name.md") }
    }

    $script:topics = foreach ($file in Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/en-US') -Filter 'about_*.md') {
        @{ Name = $file.BaseName; Page = $file.FullName }
    }

    # All code of "### Example …" runs in one session.
    $script:examples = foreach ($file in Get-ChildItem -Path (Join-Path $RepositoryRoot 'docs/en-US') -Filter '*-*.md' -ErrorAction Ignore | Sort-Object -Property Name) {
        foreach ($example in Get-MarkdownCode $file.FullName | Where-Object Section -EQ 'EXAMPLES' | Group-Object -Property Title) {
            @{ Cmdlet = $file.BaseName; Title = $example.Name; Code = $example.Group.Code -join "`n"; Output = $example.Group.Output -join "`n"; IsTyped = $example.Group.IsTyped -contains $true; Answer = $example.Group.Answer | Select-Object -First 1 }
        }
    }

    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Markdown.ps1
    $script:emulator = Start-CohereEmulator -JobDurationMs 200
    # As an installed module is found, in the runspaces of an example as well.
    $script:modulePath = $env:PSModulePath
    $env:PSModulePath = [System.IO.Path]::Combine($RepositoryRoot, 'out') + [System.IO.Path]::PathSeparator + $modulePath
    $script:shippedHelp = [System.IO.Path]::Combine((Split-Path -Parent $Manifest), 'en-US', 'CohereShell.dll-Help.xml')
}

AfterAll {
    $env:PSModulePath = $modulePath
    Restore-TestState
}

Describe 'The help of <Name>' -ForEach $pages {
    BeforeAll {
        $script:text = if (Test-Path -LiteralPath $Page) { Get-Content -LiteralPath $Page -Raw }
        $script:help = Get-Help -Name $Name -Full
        $script:own = (Get-Command -Name $Name).Parameters.Values | Where-Object {
            $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and $_.Name -notin [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        }
    }

    It 'has a page' {
        $Page | Should -Exist
    }

    It 'has no gaps that were left to fill in' {
        $text | Should -Not -Match '\{\{|Fill in'
    }

    It 'describes every parameter, and none that there is not, in the page' {
        $described = [regex]::Matches($text, '(?m)^### -(\w+)\s*\r?$').ForEach({ $_.Groups[1].Value }) | Where-Object { $_ -notin 'WhatIf', 'Confirm', 'ProgressAction' }

        $described | Sort-Object | Should -Be ($own.Name | Sort-Object)
        foreach ($parameter in $own) {
            $text | Should -Match "(?m)^### -$($parameter.Name)\s*\r?\n\s*\r?\n\w.{10,}" -Because $parameter.Name
        }
    }

    It 'is what Get-Help shows' {
        $shippedHelp | Should -Exist
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -BeLike "$Name*"
        ($help.Description.Text -join ' ').Length | Should -BeGreaterThan 40
        @($help.Examples.Example).Count | Should -BeGreaterOrEqual 2
        foreach ($parameter in $own) {
            $shown = $help.Parameters.Parameter | Where-Object Name -EQ $parameter.Name
            ($shown.Description.Text -join ' ').Trim().Length | Should -BeGreaterThan 10 -Because $parameter.Name
        }
    }

    It 'has examples that show the cmdlet' {
        $shown = @($help.Examples.Example | Where-Object { "$($_.Code)$($_.Remarks.Text)" -match [regex]::Escape($Name) })

        $shown.Count | Should -BeGreaterOrEqual 2
    }
}

Describe 'The example' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $env:CO_API_URL = $emulator.BaseUri
        $env:CO_API_KEY = 'a-key-for-tests'
    }
    AfterEach {
        $env:CO_API_URL = $null
        $env:CO_API_KEY = $null
    }

    It 'of <Cmdlet> runs: <Title>' -ForEach $examples {
        $Code | Should -Not -BeNullOrEmpty
        $parsed = $problems = $null
        $null = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $parsed, [ref] $problems)
        $problems | Should -BeNullOrEmpty

        if ($IsTyped) {
            # The chat on the page, or one that ends at once.
            $lines = @([regex]::Matches($Output, '(?m)^command-\S+ \(\d+ turns?[^)]*\)> (.*)$').ForEach({ $_.Groups[1].Value })) + @(if (-not $Output) { '/exit' })
            $address = "`$env:CO_API_URL = '$($emulator.BaseUri)'; `$env:CO_API_KEY = 'a-key-for-tests'"
            $saved = "[CohereShell.ChatConversation]::new((Invoke-CohereChat 'q')).Save('policy-chat.json')"
            $screen = Invoke-InTestHost -Line $lines -Script "$address; Set-Location '$folder'; 'Logs are kept for 90 days.' | Set-Content policy.txt; $saved
                $Code"

            $lines | Should -Not -BeNullOrEmpty
            $screen -replace '\s' | Should -BeLike "*$([WildcardPattern]::Escape(($Output -replace '\s')))*"
            return
        }

        $server = if ($Answer) { Open-TestServer }
        try {
            $address = if ($server) { $server.Default = [CohereShellTests.Answer] @{ Body = $Answer }; $server.BaseUri } else { $emulator.BaseUri }
            $shell = Get-ReaderShell -Folder $folder -Code $Code -ConnectTo $(if ($Code -notmatch '\bConnect-Cohere\b') { $address })
            Invoke-ReaderCode $shell $Code | Out-Null
            Get-ReaderProblem $shell | Should -BeNullOrEmpty
        }
        finally {
            if ($server) {
                $server.Dispose()
            }
        }
    }
}

# The help is compiled from the pages with PlatyPS, which few machines have. That it was compiled after the last change of a page
# is seen here without it.
Describe 'The compiled help of <Name>' -ForEach $pages {
    BeforeAll {
        $script:sections = Get-PageSection $Page
        $script:help = Get-Help -Name $Name -Full

        function Get-Shown($Node) { Get-PlainText (@($Node | ForEach-Object { $_.Text }) -join "`n") }
    }

    It 'has the synopsis and the description of the page' {
        Get-PlainText $help.Synopsis | Should -BeExactly (Get-PlainText $sections['SYNOPSIS'])
        Get-Shown $help.Description | Should -BeExactly (Get-PlainText $sections['DESCRIPTION'])
    }

    It 'has the parameters of the page' {
        $described = @($sections.Keys -like 'PARAMETERS/-*' | ForEach-Object { $_.Substring(12) } | Where-Object { $_ -notin 'WhatIf', 'Confirm', 'ProgressAction' })
        @($help.Parameters.Parameter.Name | Where-Object { $_ -notin 'WhatIf', 'Confirm', 'ProgressAction' } | Sort-Object) | Should -Be @($described | Sort-Object)
        foreach ($parameter in $described) {
            $text, $facts = $sections["PARAMETERS/-$parameter"] -split '(?m)^```yaml', 2
            $shown = $help.Parameters.Parameter | Where-Object Name -EQ $parameter
            Get-Shown $shown.Description | Should -BeExactly (Get-PlainText $text) -Because "-$parameter"
            $default = [regex]::Match($facts, "(?m)^DefaultValue: '?(.*?)'?\s*$").Groups[1].Value
            "$($shown.PSObject.Properties['DefaultValue'].Value)" | Should -BeExactly $default -Because "-$parameter"
            $isRequired = $facts -match '(?m)^\s+IsRequired: true' -and $facts -notmatch '(?m)^\s+IsRequired: false'
            if ($isRequired) {
                $shown.Required | Should -Be 'true' -Because "-$parameter"
            }
        }
    }

    It 'has the examples of the page' {
        $titles = @($sections.Keys -like 'EXAMPLES/*' | ForEach-Object { $_.Substring(9) })
        $examples = @($help.Examples.Example)
        @($examples | ForEach-Object { $_.Title.Trim('-', ' ') }) | Should -BeExactly $titles
        for ($i = 0; $i -lt $titles.Count; $i++) {
            $shown = "$($examples[$i].Introduction | ForEach-Object { if ($_ -is [string]) { $_ } else { $_.Text } })`n``````powershell`n$($examples[$i].Code)`n```````n"
            (Get-PlainText $shown) + (Get-Shown $examples[$i].Remarks) | Should -BeExactly (Get-PlainText $sections["EXAMPLES/$($titles[$i])"]) -Because $titles[$i]
        }
    }

    It 'opens the page of Cohere that the cmdlet is about with -Online' {
        $address = [regex]::Match([System.IO.File]::ReadAllText($Page), '(?m)^HelpUri: (.*)$').Groups[1].Value.Trim()

        $address | Should -Match '^https://docs\.cohere\.com/(reference|docs)/[a-z-]+$'
        $help.RelatedLinks.NavigationLink[0].Uri | Should -BeExactly $address
        (Get-Command $Name).HelpUri | Should -BeExactly $address
    }

    It 'has the inputs, outputs, notes and links of the page' {
        foreach ($kind in @{ Section = 'INPUTS'; Shown = $help.InputTypes.InputType }, @{ Section = 'OUTPUTS'; Shown = $help.ReturnValues.ReturnValue }) {
            $types = @($sections.Keys -like "$($kind.Section)/*" | ForEach-Object { $_.Substring($kind.Section.Length + 1) })
            @($kind.Shown | Where-Object { $_ } | ForEach-Object { Get-PlainText $_.Type.Name }) | Should -BeExactly @($types | ForEach-Object { Get-PlainText $_ }) -Because $kind.Section
            for ($i = 0; $i -lt $types.Count; $i++) {
                Get-Shown @($kind.Shown)[$i].Description | Should -BeExactly (Get-PlainText $sections["$($kind.Section)/$($types[$i])"]) -Because $types[$i]
            }
        }

        Get-Shown $help.AlertSet.Alert | Should -BeExactly (Get-PlainText $sections['NOTES'])
        # The first link is not on the page: it's the one that -Online opens.
        $shown = @($help.RelatedLinks.NavigationLink | Select-Object -Skip 1 | ForEach-Object { if ($_.Uri) { "- [$($_.LinkText)]($($_.Uri))" } else { "- $($_.LinkText)" } }) -join "`n"
        Get-PlainText $shown | Should -BeExactly (Get-PlainText $sections['RELATED LINKS'])
    }
}

Describe 'The compiled topic <Name>' -ForEach $topics {
    It 'says what the page says' {
        # Headings are in capitals, tables have no bars, and the first heading is one of the frame.
        function Get-TopicText([string] $Text) { (Get-PlainText $Text) -replace '[-|]' }

        $page = [System.IO.File]::ReadAllText($Page) -replace '(?s)\A---.*?\n---\r?\n' -replace '(?m)^#\s+', "TOPIC`n" -replace '(?m)^#+\s+'
        $shown = [System.IO.File]::ReadAllText([System.IO.Path]::Combine((Split-Path -Parent $shippedHelp), "$Name.help.txt"))

        Get-TopicText $shown | Should -Be (Get-TopicText $page)
    }
}

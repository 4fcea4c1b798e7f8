#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    $script:isWindowsHost = $PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:isWindowsHost = $PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows
    $script:runner = [System.IO.Path]::Combine($RepositoryRoot, 'tools', 'Invoke-PesterTest.ps1')
    $script:pester = Split-Path -Parent (Split-Path -Parent (Get-Module Pester).Path)

    # Creates a folder with copies of these files at the same relative paths. Scripts that run there don't change the clone.
    function Copy-RepositoryFile([string[]] $File) {
        $folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        foreach ($name in $File) {
            $copy = Join-Path $folder $name
            $null = New-Item -ItemType Directory -Path (Split-Path $copy) -Force
            Copy-Item -LiteralPath (Join-Path $RepositoryRoot $name) -Destination $copy
        }

        $folder
    }

    # Creates a file with this text, and its parent folders.
    function Add-FileIn([string] $Folder, [string] $Name, [string] $Text = 'anything') {
        $path = Join-Path $Folder $Name
        $null = New-Item -ItemType Directory -Path (Split-Path $path) -Force
        Set-Content -LiteralPath $path -Value $Text
    }

    # Creates a program in the folder bin that replaces the real one: a script for the shell of the system.
    function Add-Program([string] $Folder, [string] $Name, [string] $Unix, [string] $Windows) {
        if ($isWindowsHost) {
            Add-FileIn $Folder "bin/$Name.cmd" "@$Windows"
        }
        else {
            Add-FileIn $Folder "bin/$Name" "#!/bin/sh`n$Unix"
            chmod +x (Join-Path $Folder "bin/$Name")
        }
    }
}

AfterAll {
    Restore-TestState
}

Describe 'A build of one target' {
    It 'stages a module that can be imported' {
        $target = if ($PSVersionTable.PSVersion.Major -lt 6) { 'net472' } else { 'net8.0' }
        $staged = Join-Path $TestDrive 'CohereShell'
        $project = [System.IO.Path]::Combine($RepositoryRoot, 'src', 'CohereShell')

        $output = dotnet build $project --configuration Release --framework $target --verbosity quiet "--property:ModuleFolder=$staged/"

        $LASTEXITCODE | Should -Be 0 -Because "$output"
        Get-ChildItem (Join-Path $staged 'bin') | ForEach-Object Name | Should -Be $target
        Invoke-InOtherProcess "Import-Module '$staged'; Connect-Cohere -Emulator; (Invoke-CohereChat 'Hello').FinishReason" | Should -Be 'Complete'
    }
}

Describe 'Staging the module' {
    It 'removes an assembly that the build no longer creates, and nothing of another target' {
        $target = if ($PSVersionTable.PSVersion.Major -lt 6) { 'net472' } else { 'net8.0' }
        $staged = Join-Path $TestDrive 'CohereShell'
        foreach ($name in "bin/$target/Stale.dll", 'bin/other/Other.dll') {
            Add-FileIn $staged $name
        }

        $project = [IO.Path]::Combine($RepositoryRoot, 'src', 'CohereShell', 'CohereShell.csproj')
        $output = dotnet msbuild $project -nologo -target:StageModule "-property:Configuration=Release;TargetFramework=$target;ModuleFolder=$staged/"

        $LASTEXITCODE | Should -Be 0 -Because "$output"
        $files = Get-ChildItem -LiteralPath $staged -Recurse -File | ForEach-Object Name
        $files | Should -Not -Contain 'Stale.dll'
        $files | Should -Contain 'CohereShell.dll'
        $files | Should -Contain 'CohereShell.Transport.dll'
        $files | Should -Contain 'CohereShell.Formats.dll'
        $files | Should -Contain 'Other.dll'
    }
}

Describe 'The build script' {
    BeforeAll {
        # Creates the script with a dotnet whose builds end with this exit code, and with unit tests that have this result.
        function Initialize-Build([int] $DotnetExitCode, [int] $Failed) {
            $folder = Copy-RepositoryFile 'build.ps1', 'build.sh', 'tools/PowerShell.ps1'
            Add-Program $folder 'dotnet' "[ `"`$1`" = build ] && exit $DotnetExitCode; exit 0" "if `"%1`"==`"build`" exit /b $DotnetExitCode"
            Add-FileIn $folder 'tools/Invoke-UnitTest.ps1' "param([switch] `$Net8) [pscustomobject] @{ Runtime = '8.0.0'; Passed = 3; Failed = $Failed; Skipped = 1; Failures = @($(@(for ($number = 1; $number -le $Failed; $number++) { "'Tests.Test_$number`: Not equal.'" }) -join ', ')) }"
            $folder
        }

        # Runs the script and returns its exit code. Its output is in $shown.
        function Invoke-Build([string] $Folder, [switch] $Shell) {
            $before = $env:PATH
            try {
                $env:PATH = "$(Join-Path $Folder 'bin')$([IO.Path]::PathSeparator)$before"
                $script:shown = if ($Shell) {
                    bash (Join-Path $Folder 'build.sh') test-net8 2>&1 | Out-String
                }
                else {
                    Invoke-PowerShell -NonInteractive -File (Join-Path $Folder 'build.ps1') test-net8 2>&1 | Out-String
                }

                $LASTEXITCODE
            }
            finally {
                $env:PATH = $before
            }
        }
    }

    It 'ends with exit code 0 when every test passed' {
        $exitCode = Invoke-Build (Initialize-Build -DotnetExitCode 0 -Failed 0)

        $exitCode | Should -Be 0 -Because $shown
        $shown | Should -Match '3 passed, 0 failed, 1 skipped'
    }

    It 'ends with exit code 1 when a test failed' {
        $exitCode = Invoke-Build (Initialize-Build -DotnetExitCode 0 -Failed 2)

        $exitCode | Should -Be 1 -Because $shown
        $shown | Should -Match '3 passed, 2 failed, 1 skipped'
    }

    It 'prints the failed tests directly before the totals, and nothing there if every test passed' {
        $null = Invoke-Build (Initialize-Build -DotnetExitCode 0 -Failed 2)
        $lines = @($shown.Split("`n").Trim() -ne '')

        $lines[-3..-1] | Should -Be '[-] Unit: Tests.Test_1: Not equal.', '[-] Unit: Tests.Test_2: Not equal.', '3 passed, 2 failed, 1 skipped'

        $null = Invoke-Build (Initialize-Build -DotnetExitCode 0 -Failed 0)
        $shown | Should -Not -Match '\[-\]'
    }

    It 'ends with an error when the build fails, before it runs a test' {
        $exitCode = Invoke-Build (Initialize-Build -DotnetExitCode 3 -Failed 0)

        $exitCode | Should -Not -Be 0 -Because $shown
        $shown | Should -Match 'ended with exit code 3'
        $shown | Should -Not -Match 'passed'
    }

    It 'returns its exit code through build.sh: <Expected>' -Skip:$isWindowsHost -ForEach @(
        @{ Failed = 0; Expected = 0 }
        @{ Failed = 1; Expected = 1 }
    ) {
        $folder = Initialize-Build -DotnetExitCode 0 -Failed $Failed
        # build.sh searches for pwsh on PATH.
        Add-Program $folder 'pwsh' "exec $(Get-PowerShellCommandLine) `"`$@`"" ''

        $exitCode = Invoke-Build $folder -Shell

        $exitCode | Should -Be $Expected -Because $shown
        $shown | Should -Match "3 passed, $Failed failed, 1 skipped"
    }

    It 'ends with an error in build.sh when PowerShell cannot be installed' -Skip:$isWindowsHost {
        $folder = Initialize-Build -DotnetExitCode 3 -Failed 0
        # This version is too old.
        Add-Program $folder 'pwsh' 'exit 1' ''

        $exitCode = Invoke-Build $folder -Shell

        $exitCode | Should -Not -Be 0 -Because $shown
        $shown | Should -Match "PowerShell couldn't be installed"
    }
}

Describe 'The script that runs the unit tests' {
    BeforeAll {
        # Runs the script with a dotnet that ends with this exit code and writes a report with these counts, or no report.
        function Invoke-UnitTest([int] $ExitCode, [string] $Counters, [string] $Results, [string] $Sequence) {
            $folder = Copy-RepositoryFile 'tools/Invoke-UnitTest.ps1'
            $null = New-Item -ItemType Directory -Path (Join-Path $folder 'out')
            if ($Counters) {
                Add-FileIn $folder 'report.xml' "<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results>$Results</Results><ResultSummary outcome='Failed'><Counters $Counters /><Output><StdOut>(64-bit .NET 10.0.1)</StdOut></Output></ResultSummary></TestRun>"
            }

            if ($Sequence) {
                Add-FileIn $folder 'sequence.xml' $Sequence
            }

            Add-Program $folder 'dotnet' "cp '$folder/report.xml' '$folder/out/unit.trx' 2>/dev/null; mkdir -p '$folder/out/unit/a'; cp '$folder/sequence.xml' '$folder/out/unit/a/Sequence_1.xml' 2>/dev/null; exit $ExitCode" "copy `"$folder\report.xml`" `"$folder\out\unit.trx`" >nul 2>nul & mkdir `"$folder\out\unit\a`" & copy `"$folder\sequence.xml`" `"$folder\out\unit\a\Sequence_1.xml`" >nul 2>nul & exit /b $ExitCode"
            $before = $env:PATH
            try {
                $env:PATH = "$(Join-Path $folder 'bin')$([IO.Path]::PathSeparator)$before"
                & ([IO.Path]::Combine($folder, 'tools', 'Invoke-UnitTest.ps1')) 6>$null
            }
            finally {
                $env:PATH = $before
            }
        }
    }

    It 'outputs the counts of the report' {
        $result = Invoke-UnitTest -ExitCode 1 -Counters "total='9' executed='8' passed='6' failed='2'"

        "$($result.Passed) $($result.Failed) $($result.Skipped)" | Should -Be '6 2 1'
    }

    It 'counts a stopped run as failed, even if every test in its report passed' {
        $result = Invoke-UnitTest -ExitCode 1 -Counters "total='6' executed='6' passed='6' failed='0'"

        "$($result.Passed) $($result.Failed)" | Should -Be '6 1'
    }

    It 'outputs the name and the first line of the message of each failed test' {
        $result = Invoke-UnitTest -ExitCode 1 -Counters "total='3' executed='3' passed='1' failed='2'" -Results "
            <UnitTestResult testName='Tests.Passes' outcome='Passed' />
            <UnitTestResult testName='Tests.Fails(1)' outcome='Failed'><Output><ErrorInfo><Message>Assert.Equal() Failure&#10;Expected: 1</Message><StackTrace>at</StackTrace></ErrorInfo></Output></UnitTestResult>
            <UnitTestResult testName='Tests.Long' outcome='Failed'><Output><ErrorInfo><Message>$('x' * 1000)</Message></ErrorInfo></Output></UnitTestResult>"

        $result.Failures | Should -Be 'Tests.Fails(1): Assert.Equal() Failure', "Tests.Long: $('x' * 300)..."
    }

    It 'names the tests that were running when the run was stopped' {
        $sequence = '<TestSequence><Test Name="Tests.Ended" Completed="True" /><Test Name="Tests.Hangs" Completed="False" /></TestSequence>'
        $result = Invoke-UnitTest -ExitCode 1 -Counters "total='6' executed='6' passed='6' failed='0'" -Sequence $sequence

        $result.Failures | Should -Be 'Tests.Hangs: was stopped before its end.'
    }

    It 'counts no failure when the run succeeded' {
        $result = Invoke-UnitTest -ExitCode 0 -Counters "total='6' executed='6' passed='6' failed='0'"

        $result.Failed | Should -Be 0
        $result.Failures | Should -BeNullOrEmpty
    }

    It 'fails without a report' {
        { Invoke-UnitTest -ExitCode 134 } | Should -Throw '*ended with exit code 134 and without a report*'
    }
}

Describe 'The script that writes the notices' {
    BeforeAll {
        # Creates a module with one assembly from a package with this licence.
        function Initialize-Module([string] $Licence) {
            $folder = Copy-RepositoryFile 'tools/Build-Notices.ps1'
            foreach ($framework in 'net472', 'net8.0') {
                Add-FileIn $folder "out/CohereShell/bin/$framework/Foreign.dll"
                Add-FileIn $folder "packages/foreign/1.2.3/lib/$framework/Foreign.dll"
            }

            Add-FileIn $folder 'packages/foreign/1.2.3/foreign.nuspec' "<package><metadata><id>Foreign</id><authors>Someone</authors>$Licence<projectUrl>https://example.test/project</projectUrl></metadata></package>"
            Add-FileIn $folder 'packages/foreign/1.2.3/NOTICE.txt' 'A notice about code of others'
            Add-FileIn $folder 'src/Any/obj/project.assets.json' (ConvertTo-Json -Depth 9 -InputObject @{
                    packageFolders = @{ (Join-Path $folder 'packages') = @{} }
                    libraries = @{ 'Foreign/1.2.3' = @{ path = 'foreign/1.2.3' } }
                    targets = @{
                        'net8.0' = @{ 'Foreign/1.2.3' = @{ type = 'package'; runtime = @{ 'lib/net8.0/Foreign.dll' = @{} } } }
                        '.NETFramework,Version=v4.7.2' = @{ 'Foreign/1.2.3' = @{ type = 'package'; runtime = @{ 'lib/net472/Foreign.dll' = @{} } } }
                    }
                })
            $folder
        }
    }

    It 'writes them if the licence has been checked' {
        $folder = Initialize-Module '<license type="expression">MIT</license>'

        & ([IO.Path]::Combine($folder, 'tools', 'Build-Notices.ps1'))

        Join-Path $folder 'THIRD-PARTY-NOTICES.txt' | Should -FileContentMatch 'Foreign 1\.2\.3'
    }

    It 'fails for a licence that has not been checked, and names it: <Name>' -ForEach @(
        @{ Name = 'GPL-3.0-only'; Licence = '<license type="expression">GPL-3.0-only</license>' }
        @{ Name = 'https://example.test/licence'; Licence = '<licenseUrl>https://example.test/licence</licenseUrl>' }
        @{ Name = 'the missing one'; Licence = '' }
    ) {
        $folder = Initialize-Module $Licence

        { & ([IO.Path]::Combine($folder, 'tools', 'Build-Notices.ps1')) } | Should -Throw "The licence of Foreign 1.2.3 isn't one that was checked: *$(if ($Licence) { $Name })*"

        Join-Path $folder 'THIRD-PARTY-NOTICES.txt' | Should -Not -Exist
    }
}

Describe 'The script that creates the packages' {
    BeforeAll {
        # Packs a module with a file whose path in the zip has this number of characters. Returns the names in the zip.
        function Invoke-Packing([int] $Length) {
            $folder = Copy-RepositoryFile 'tools/New-ModulePackage.ps1'
            foreach ($name in 'bin/net8.0/CohereShell.dll', 'bin/net472/CohereShell.dll') {
                Add-FileIn $folder "out/CohereShell/$name"
            }

            $script:longName = 'CohereShell/'.PadRight($Length - 4, 'x') + '.txt'
            Add-FileIn $folder "out/$longName"
            # The other package doesn't matter here.
            function Compress-PSResource { Get-Item -LiteralPath ([IO.Path]::Combine($folder, 'out', 'CohereShell.zip')) }

            $zip = & ([IO.Path]::Combine($folder, 'tools', 'New-ModulePackage.ps1')) | Select-Object -First 1
            Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
            $archive = [System.IO.Compression.ZipFile]::OpenRead($zip.FullName)
            try {
                $archive.Entries.FullName
            }
            finally {
                $archive.Dispose()
            }
        }
    }

    It 'packs a path of 140 characters' {
        $names = Invoke-Packing -Length 140

        $longName.Length | Should -Be 140
        $names | Should -Contain $longName
    }

    It 'refuses a path of 141 characters, which Azure Automation does not accept' {
        { Invoke-Packing -Length 141 } | Should -Throw "The path '*' has 141 characters. Azure Automation accepts at most 140.*"
    }
}

Describe 'The script that runs the Pester tests' {
    BeforeAll {
        function Invoke-Runner([hashtable] $File, [int] $TimeoutSec = 60, [string] $PesterPath = $pester) {
            $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
            foreach ($name in $File.Keys) {
                Set-Content -LiteralPath (Join-Path $folder "$name.Tests.ps1") -Value $File[$name]
            }

            $script:shown = & $runner -Path (Join-Path $folder '*.Tests.ps1') -ResultPath (Join-Path $folder 'result.json') -PesterPath $PesterPath -FileTimeoutSec $TimeoutSec 6>&1 | Out-String
            Get-Content -LiteralPath (Join-Path $folder 'result.json') -Raw | ConvertFrom-Json
        }
    }

    It 'counts passed, failed and skipped tests, and reports where and why' {
        $result = Invoke-Runner @{
            a = "Describe 'a' { It 'passes' { 1 | Should -Be 1 }; It 'fails' { 1 | Should -Be 2 } }"
            b = "Describe 'b' { It 'is skipped' { Set-ItResult -Skipped -Because 'there is no moon' } }"
        }

        "$($result.Passed) $($result.Failed) $($result.Skipped)" | Should -Be '1 1 1'
        $result.SkipReasons.Reason | Should -BeLike '*there is no moon*'
        $shown | Should -Match 'a\.fails'
        $shown | Should -Match 'Expected 2, but got 1'
    }

    It 'repeats a line for each failed test at its end, and in the results' {
        $result = Invoke-Runner @{
            a = "Describe 'a' { It 'fails' { 1 | Should -Be 2 -Because (`"one`" + [char] 10 + `"line`") } }"
            b = "Describe 'b' {"
            c = "Describe 'c' { It 'ends the process' { [Environment]::Exit(7) } }"
            d = "Describe 'd' { It 'passes' { 1 | Should -Be 1 } }"
        }
        $lines = @($shown.Split("`n").Trim() -ne '')

        $result.Failures.Count | Should -Be 3
        $result.Failures[0] | Should -BeLike 'a.Tests.ps1: a.fails: Expected 2, because one*'
        $result.Failures[1] | Should -BeLike 'b.Tests.ps1: *'
        $result.Failures[2] | Should -Be 'c.Tests.ps1 ended the process with exit code 7.'
        $lines[-3..-1] | Should -Be ($result.Failures | ForEach-Object { "[-] $_" })
    }

    It 'stops a file that hangs, counts it as failed, and runs the next files' {
        $result = Invoke-Runner -TimeoutSec 20 -File @{
            a = "Describe 'a' { It 'passes' { 1 | Should -Be 1 } }"
            b = "Describe 'b' { It 'hangs' { Start-Sleep -Seconds 3600 } }"
            c = "Describe 'c' { It 'passes' { 1 | Should -Be 1 } }"
        }

        "$($result.Passed) $($result.Failed)" | Should -Be '2 1'
        $shown | Should -Match "b\.Tests\.ps1 didn't end within 20 s"
    }

    It 'counts a file that ends the process as failed, and runs the next files' {
        $result = Invoke-Runner @{
            a = "Describe 'a' { It 'ends the process' { [Environment]::Exit(7) } }"
            b = "Describe 'b' { It 'passes' { 1 | Should -Be 1 } }"
        }

        "$($result.Passed) $($result.Failed)" | Should -Be '1 1'
        $shown | Should -Match 'a\.Tests\.ps1 ended the process with exit code 7'
    }

    It 'counts every file as failed when Pester itself does not work' {
        # Its errors are non-terminating, as if one of the files of Pester were missing.
        Add-FileIn $TestDrive 'BrokenPester/BrokenPester.psm1' 'function New-PesterConfiguration { @{ Run = @{}; Filter = @{}; Output = @{} } }; function Invoke-Pester { }'

        $result = Invoke-Runner -PesterPath (Join-Path $TestDrive 'BrokenPester') -File @{ a = '# any'; b = '# any' }

        "$($result.Passed) $($result.Failed)" | Should -Be '0 2'
    }

    It 'counts a file that cannot be read, and one without tests, as failed' {
        $result = Invoke-Runner @{ a = "Describe 'a' {"; b = '# nothing'; c = "Describe 'c' { BeforeAll { throw 'no' }; It 'never runs' { } }" }

        "$($result.Passed) $($result.Failed)" | Should -Be '0 3'
    }
}

Describe 'The script that tests other clients' -Skip:$isWindowsHost {
    It 'ends with <Expected> when the programs end with <Codes>' -ForEach @(
        @{ Codes = 0, 0; Expected = 0 }
        @{ Codes = 2, 0; Expected = 1 }
        @{ Codes = 0, 255; Expected = 1 }
        # Together 256, which a process can't return.
        @{ Codes = 128, 128; Expected = 1 }
    ) {
        $programs = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        Set-Content -LiteralPath (Join-Path $programs 'npm') -Value "#!/bin/sh`nexit 0"
        Set-Content -LiteralPath (Join-Path $programs 'node') -Value "#!/bin/sh`ncase `$1 in sdk.mjs) exit $($Codes[0]);; *) exit $($Codes[1]);; esac"
        chmod +x (Join-Path $programs 'npm') (Join-Path $programs 'node')
        $path = $env:PATH
        $env:PATH = "${programs}:$path"
        try {
            $null = Invoke-PowerShell -NonInteractive -File ([System.IO.Path]::Combine($RepositoryRoot, 'tests', 'Clients', 'Invoke-ClientTest.ps1'))
            $LASTEXITCODE | Should -Be $Expected
        }
        finally {
            $env:PATH = $path
        }
    }
}

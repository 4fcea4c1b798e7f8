#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    $script:hasPSResourceGet = [bool](Get-Command -Name Compress-PSResource -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:moduleFolder = Split-Path -Parent $Manifest
    $script:version = (Test-ModuleManifest -Path $Manifest).Version.ToString()
    $script:cmdlets = @((Test-ModuleManifest -Path $Manifest).ExportedCmdlets.Keys)
    $script:packageScript = [System.IO.Path]::Combine($RepositoryRoot, 'tools', 'New-ModulePackage.ps1')

    # A new PowerShell whose user has a new, empty home folder: no repositories, no modules.
    $script:userFolder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'user')).FullName
    # Unix derives the user's folders from HOME. NuGet writes to the current folder where .config is missing. PowerShell
    # adds the module folders of the user, of the machine and its own to an empty PSModulePath.
    $null = New-Item -ItemType Directory -Path (Join-Path $userFolder '.config'), (Join-Path $userFolder 'local'), (Join-Path $userFolder 'roaming')
    $script:newUser = @{
        HOME = $userFolder
        USERPROFILE = $userFolder
        LOCALAPPDATA = Join-Path $userFolder 'local'
        APPDATA = Join-Path $userFolder 'roaming'
        XDG_CONFIG_HOME = $null
        XDG_DATA_HOME = $null
        XDG_CACHE_HOME = $null
        PSModulePath = $null
    }

    function Invoke-AsNewUser([string] $Script) { Invoke-InOtherProcess $Script -Environment $newUser }

    # Some systems ignore the variables. There, only a CI machine may be changed.
    $script:userFolders = Invoke-AsNewUser "'LocalApplicationData', 'MyDocuments' | ForEach-Object { [Environment]::GetFolderPath(`$_, 'DoNotVerify') }"
    function Skip-UnlessNewUser {
        if (-not $env:CI -and @($userFolders | Where-Object { $_.StartsWith($userFolder) }).Count -ne 2) {
            Set-ItResult -Skipped -Because 'a process of this system cannot have another home folder, and the user''s modules and repositories must not change'
        }
    }

    $script:package = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'package')).FullName

    # The files of a folder or a zip with their contents, as lines that can be compared.
    function Get-FolderContent([string] $Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -File | ForEach-Object {
            '{0} {1}' -f $_.FullName.Substring($Folder.Length + 1).Replace('\', '/'), (Get-FileHash -LiteralPath $_.FullName).Hash
        } | Sort-Object
    }

    function Get-ArchiveContent([string] $Path) {
        Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
        $zip = [System.IO.Compression.ZipFile]::OpenRead($Path)
        try {
            $zip.Entries | ForEach-Object {
                $stream = $_.Open()
                try { '{0} {1}' -f $_.FullName, (Get-FileHash -InputStream $stream).Hash } finally { $stream.Dispose() }
            } | Sort-Object
        }
        finally {
            $zip.Dispose()
        }
    }
}

AfterAll {
    Restore-TestState
}

Describe 'The zip for Azure Automation' -Tag BothEditions {
    BeforeAll {
        $script:made = Invoke-AsNewUser "& '$packageScript' -Destination '$package' | ForEach-Object Name"
        $script:zip = Join-Path $package 'CohereShell.zip'
    }

    It 'is made by the package script' {
        $made | Should -Contain 'CohereShell.zip'
        $zip | Should -Exist
    }

    It 'holds the files of the built module, and nothing else, in a folder of its name' {
        $expected = Get-FolderContent $moduleFolder | ForEach-Object { "CohereShell/$_" }

        Get-ArchiveContent $zip | Should -Be $expected
        $expected -match '^CohereShell/CohereShell\.psd1 ' | Should -HaveCount 1
    }

    It 'is replaced by the next one, and leaves no package of an older version' {
        $folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'again')).FullName
        'old' | Set-Content -Path (Join-Path $folder 'CohereShell.zip'), (Join-Path $folder 'CohereShell.0.0.1.nupkg'), (Join-Path $folder 'other.zip')

        $files = Invoke-AsNewUser "& '$packageScript' -Destination '$folder' | ForEach-Object Name"

        (Get-ChildItem -LiteralPath $folder).Name | Sort-Object | Should -Be (@($files) + 'other.zip' | Sort-Object)
        (Get-Item -LiteralPath (Join-Path $folder 'CohereShell.zip')).Length | Should -BeGreaterThan 100kb
    }
}

Describe 'The package for the PowerShell Gallery' -Tag BothEditions -Skip:(-not $hasPSResourceGet) {
    BeforeAll {
        $script:nupkg = Join-Path $package "CohereShell.$version.nupkg"
        if (-not (Test-Path -LiteralPath $nupkg)) {
            $null = Invoke-AsNewUser "& '$packageScript' -Destination '$package'"
        }
    }

    It 'holds every file of the built module' {
        $own = '^(_rels/|package/|\[Content_Types\]\.xml |CohereShell\.nuspec )'

        Get-ArchiveContent $nupkg | Where-Object { $_ -notmatch $own } | Should -Be (Get-FolderContent $moduleFolder)
    }

    It 'has the licence, the notices and the assemblies of both editions' {
        $names = Get-ArchiveContent $nupkg | ForEach-Object { $_.Split(' ')[0] }

        foreach ($name in 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'bin/net8.0/CohereShell.dll', 'bin/net472/CohereShell.dll') {
            $names | Should -Contain $name
        }
    }

    It 'describes itself as the manifest does' {
        Expand-Archive -LiteralPath $nupkg -DestinationPath (Join-Path $TestDrive 'expanded')
        $metadata = ([xml](Get-Content -LiteralPath ([System.IO.Path]::Combine($TestDrive, 'expanded', 'CohereShell.nuspec')) -Raw)).package.metadata
        $manifestData = Test-ModuleManifest -Path $Manifest

        $metadata.id | Should -BeExactly 'CohereShell'
        $metadata.version | Should -Be $version
        $metadata.authors | Should -Be $manifestData.Author
        $metadata.description | Should -Be $manifestData.Description
        $metadata.releaseNotes.Trim() | Should -Be $manifestData.ReleaseNotes.Trim()
        $metadata.licenseUrl | Should -Be $manifestData.LicenseUri
        $metadata.tags.Split(' ') | Should -Be (@('PSModule') + $manifestData.Tags)
    }

    It 'is made without a change to the repositories of the user' {
        Skip-UnlessNewUser

        $result = Invoke-AsNewUser @"
            Register-PSResourceRepository -Name Mine -Uri '$package'
            `$store = [IO.Path]::Combine([Environment]::GetFolderPath('LocalApplicationData'), 'PSResourceGet', 'PSResourceRepository.xml')
            `$before = (Get-FileHash `$store).Hash
            try {
                & '$packageScript' -Destination '$TestDrive/other' | Out-Null
                (Get-FileHash `$store).Hash -eq `$before
            }
            finally { Unregister-PSResourceRepository -Name Mine }
"@
        $result | Should -Be 'True'
    }

    It 'can be published to a folder, installed, imported by its name, updated and removed' {
        Skip-UnlessNewUser

        # The same module as a later version, to update to.
        $next = Join-Path $TestDrive 'next'
        Copy-Item -LiteralPath $moduleFolder -Destination (Join-Path $next 'CohereShell') -Recurse -Force -Container
        $nextManifest = [System.IO.Path]::Combine($next, 'CohereShell', 'CohereShell.psd1')
        (Get-Content -LiteralPath $nextManifest -Raw).Replace("'$version'", "'99.0.0'") | Set-Content -LiteralPath $nextManifest
        $feed = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'feed')).FullName

        # Each step is a new process, because a process keeps the files of an imported module open.
        try {
            $installed = @(Invoke-AsNewUser @"
                Register-PSResourceRepository -Name CohereShellTest -Uri '$feed' -Trusted
                Publish-PSResource -NupkgPath '$nupkg' -Repository CohereShellTest
                Install-PSResource CohereShell -Repository CohereShellTest
                (Get-InstalledPSResource CohereShell).InstalledLocation
"@)
            $installed | Should -HaveCount 1
            Join-Path $feed "CohereShell.$version.nupkg" | Should -Exist

            $folder, $imported, $count, $answer = Invoke-AsNewUser @'
                Import-Module CohereShell
                $module = Get-Module CohereShell
                $module.ModuleBase
                "$($module.Version)"
                $module.ExportedCmdlets.Count
                Connect-Cohere -Emulator
                (Invoke-CohereChat 'hi').Text
'@
            $folder | Should -Be ([System.IO.Path]::Combine($installed[0], 'CohereShell', $version))
            $folder | Should -Not -BeLike "$moduleFolder*"
            $imported | Should -Be $version
            $count | Should -Be $cmdlets.Count
            $answer -join '' | Should -BeLike '*hi*'
            # PSResourceGet adds a file about where the module came from.
            Get-FolderContent $folder | Where-Object { $_ -notlike 'PSGetModuleInfo.xml *' } | Should -Be (Get-FolderContent $moduleFolder)

            Invoke-AsNewUser @"
                Publish-PSResource -Path '$nextManifest' -Repository CohereShellTest
                Update-PSResource CohereShell -Repository CohereShellTest
                Import-Module CohereShell
                "`$((Get-Module CohereShell).Version)"
"@ | Should -Be '99.0.0'
        }
        finally {
            $left = Invoke-AsNewUser @'
                Uninstall-PSResource CohereShell -Version '*' -ErrorAction Continue
                Unregister-PSResourceRepository CohereShellTest
                "left: $(Get-Module -ListAvailable CohereShell) $(Get-PSResourceRepository CohereShellTest -ErrorAction Ignore)"
'@
        }

        $left | Should -Be 'left:  '
    }
}

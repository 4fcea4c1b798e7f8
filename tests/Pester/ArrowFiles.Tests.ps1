#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    $script:clients = [System.IO.Path]::Combine($RepositoryRoot, 'tests', 'Clients', 'TypeScript')
    $script:whyNoReader = if (-not (Get-Command -Name node -CommandType Application -ErrorAction Ignore)) {
        'Node.js is missing'
    }
    elseif (-not (Test-Path -LiteralPath (Join-Path $clients 'node_modules/apache-arrow'))) {
        'apache-arrow is missing: run npm install in tests/Clients/TypeScript'
    }

    Restore-TestState
}

Describe "An Arrow file in another program$(if ($whyNoReader) { " (skipped: $whyNoReader)" })" -Skip:([bool] $whyNoReader) {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        $script:reader = [System.IO.Path]::Combine($RepositoryRoot, 'tests', 'Clients', 'TypeScript', 'arrow.mjs')
    }

    AfterAll {
        Restore-TestState
    }

    It 'has the values that were written, also after appending' {
        $file = Join-Path $TestDrive 'a.arrow'
        $written = @(foreach ($i in 0..1499) {
                [CohereShell.Embedding] @{
                    Index       = $i
                    Text        = if ($i % 3) { "Grüße 😀 $i" }
                    Path        = if ($i % 5 -eq 0) { "a/$i.txt" }
                    Model       = 'embed-v4.0'
                    InputType   = 'SearchDocument'
                    Vector      = [float[]] (($i / 7), -0.5, 0, 0, 0, 0, 0, 1)
                    Int8        = [sbyte[]] (($i % 256 - 128), 1, 2, 3, 4, 5, 6, -128)
                    Uint8       = if ($i % 2) { [byte[]] (255, 1, 2, 3, 4, 5, 6, ($i % 256)) }
                    Binary      = [sbyte[]] ($i % 256 - 128)
                    Ubinary     = [byte[]] ($i % 256)
                    InputObject = [pscustomobject] @{ Name = "n$i"; Id = $i; Load = $i + 0.25; Up = $i % 2 -eq 0; Nothing = $null }
                }
            })
        $written[0..1199] | Export-CohereEmbedding $file
        $written[1200..1499] | Export-CohereEmbedding $file -Append

        $read = node $reader $file | ConvertFrom-Json

        $read.metadata.'cohere.model' | Should -Be 'embed-v4.0'
        $read.metadata.'cohere.dimension' | Should -Be '8'
        $read.metadata.'cohere.input_type' | Should -Be 'search_document'
        $read.types.index | Should -Be 'Int64'
        $read.types.vector | Should -Be 'FixedSizeList[8]<Float32>'
        $read.types.Load | Should -Be 'Float64'
        $read.types.Up | Should -Be 'Bool'
        $read.rows | Should -HaveCount 1500
        for ($i = 0; $i -lt 1500; $i++) {
            $row = $read.rows[$i]
            $row.index | Should -Be $i
            $row.text | Should -BeExactly $written[$i].Text
            $row.path | Should -BeExactly $written[$i].Path
            $row.input_type | Should -Be 'search_document'
            ([float[]] $row.vector) -join ' ' | Should -Be ($written[$i].Vector -join ' ')
            $row.int8 -join ' ' | Should -Be ($written[$i].Int8 -join ' ')
            $row.uint8 -join ' ' | Should -Be ($written[$i].Uint8 -join ' ')
            $row.binary -join ' ' | Should -Be ($written[$i].Binary -join ' ')
            $row.ubinary -join ' ' | Should -Be ($written[$i].Ubinary -join ' ')
            $row.Name, $row.Id, $row.Load, $row.Up | Should -Be "n$i", $i, ($i + 0.25), ($i % 2 -eq 0)
            $row.Nothing, $row.input_object | Should -Be $null, $null
        }
    }
}

Describe 'An Arrow file whose writer is killed' {
    BeforeAll {
        . $PSScriptRoot/Common.ps1
        $script:emulator = Start-CohereEmulator
    }

    AfterAll {
        Stop-CohereEmulator $emulator
        Restore-TestState
    }

    It 'loses no row that was readable before, and has every row once in the end' {
        $file = Join-Path $TestDrive 'killed.arrow'
        $script = Join-Path $TestDrive 'killed.ps1'
        $count = 400
        Set-Content -LiteralPath $script -Value @"
Import-Module '$Manifest'
Connect-Cohere -BaseUri $($emulator.BaseUri) -ApiKey $($emulator.ApiKey)
1..$count | ForEach-Object { [pscustomobject] @{ Id = `$_; Body = "body `$_ " + ('word ' * 200) } } |
    New-CohereEmbedding -Property Body -IdProperty Id -OutFile '$file' -Resume -BatchSize 2 -ThrottleLimit 2 -ErrorAction Stop
"@
        $powershell = Get-PowerShellProgram
        function Get-Done {
            if (Test-Path -LiteralPath $file) { (Import-CohereEmbedding -Path $file -ErrorAction SilentlyContinue).InputObject.Id }
        }

        $random = [random]::new(11)
        $before = @()
        foreach ($kill in 1..6) {
            $process = Start-Process -FilePath $powershell.FilePath -ArgumentList @($powershell.ArgumentList + '-NoProfile', '-NonInteractive', '-File', $script) -PassThru
            Wait-Condition -TimeoutSec 60 { $process.HasExited -or @(Get-Done).Count -gt $before.Count }
            Start-Sleep -Milliseconds $random.Next(0, 60)
            $process.Kill()
            $process.WaitForExit()
            $done = @(Get-Done)
            $before | Where-Object { $_ -notin $done } | Should -BeNullOrEmpty
            $before = $done
        }

        & $powershell.FilePath @($powershell.ArgumentList) -NoProfile -NonInteractive -File $script | Should -BeNullOrEmpty

        (Import-CohereEmbedding -Path $file).InputObject.Id | Sort-Object | Should -Be (1..$count)
    }
}

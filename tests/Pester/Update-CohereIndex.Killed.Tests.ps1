#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'An update that is killed' {
    It 'continues, and pays for nothing twice, after 20 kills' {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:index = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        $count = 2600
        1..$count | ForEach-Object { Set-Content -LiteralPath (Join-Path $folder "file$_.txt") -Value "Document number $_ is about topic $($_ % 7). [vector] [40 ms]" }
        $server = Open-TestServer
        try {
            $script = Join-Path $TestDrive 'killed.ps1'
            Set-Content -LiteralPath $script -Value @"
Import-Module '$Manifest'
Connect-Cohere -BaseUri $($server.BaseUri) -ApiKey k
Update-CohereIndex '$index' -Source '$folder' -ThrottleLimit 1 -ErrorAction Stop
"@
            $powershell = Get-PowerShellProgram
            $random = [random]::new(11)
            # What was written before a kill must never be sent again.
            $written = @()
            for ($kill = 0; $kill -lt 20; $kill++) {
                $marker = $server.Requests.Count
                $process = Start-Process -FilePath $powershell.FilePath -ArgumentList @($powershell.ArgumentList + '-NoProfile', '-NonInteractive', '-File', $script) -PassThru
                # The first kills come while the first call is in flight, and the others after something was written.
                Wait-Condition -TimeoutSec 60 { $process.HasExited -or $server.Requests.Count -gt $marker + [int] ($kill -ge 2) }
                Start-Sleep -Milliseconds $random.Next(0, 50)
                $process.Kill()
                $process.WaitForExit()
                if (Test-Path -LiteralPath $index) {
                    break
                }

                $written += , @($server.Requests.Count, @(if (Test-Path -LiteralPath "$index.partial") { Import-CohereEmbedding -LiteralPath "$index.partial" -WarningAction SilentlyContinue -ErrorAction SilentlyContinue | ForEach-Object Text }))
            }

            $output = & $powershell.FilePath @($powershell.ArgumentList) -NoProfile -NonInteractive -File $script
            "$output" | Should -Match 'Updated|Unchanged'

            $texts = @(Import-CohereEmbedding -LiteralPath $index | ForEach-Object { $_.Text.Trim() })
            $texts | Should -HaveCount $count
            @($texts | Sort-Object -Unique) | Should -HaveCount $count
            $sent = @(Get-SentBody $server | ForEach-Object { , @($_.texts) })
            foreach ($pair in $written) {
                $later = @($sent | Select-Object -Skip $pair[0] | ForEach-Object { $_ })
                @($pair[1] | Where-Object { $_ -in $later }) | Should -BeNullOrEmpty -Because 'its embedding was in the file'
            }

            Write-Information "$(@($sent | ForEach-Object { $_ }).Count) texts sent for $count chunks, $($written.Count) kills" -InformationAction Continue
        }
        finally {
            $server.Dispose()
        }
    }
}

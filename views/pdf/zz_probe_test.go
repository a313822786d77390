package pdf
import ("testing";"fmt";"time"
 "github.com/go-fonts/dejavu/dejavusans"
 "github.com/go-fonts/dejavu/dejavusansbold")
func TestProbe(t *testing.T){
 var a,b [1<<16]uint16
 t0:=time.Now()
 r,err:=readFace(dejavusans.TTF,&a); if err!=nil{t.Fatal(err)}
 bo,err:=readFace(dejavusansbold.TTF,&b); if err!=nil{t.Fatal(err)}
 fmt.Println(len(r),len(bo),time.Since(t0))
 for _,c:=range "☺☻☹✔✓✗✘⚠★☆☀☁⛈☂☔⚡❤♥♡⏰⌛⌚⏳☎✉✂✏✎⚙⚖☠♻⚑⚐⚽♫♪☕✈➜→←⬆⬇⏱⛔❗❓❌✅➕➖⭐🕮⚒⚓⛄❄☃▶◀●○■□▲▼⚪⚫⚗♿⛑⚕☝☛☟✌✍☑☒☐⛏⌨⌂⎙🛇⊘∞ℹⓘ№①②⏸⏹◼" { _,x:=r[c]; _,y:=bo[c]; if !x||!y {fmt.Printf("%c %U %v %v\n",c,c,x,y)}}
 miss:=""
 for c:=rune(0xfe70);c<=0xfefc;c++{ _,x:=r[c]; _,y:=bo[c]; if !x||!y {miss+=fmt.Sprintf("%U ",c)}}
 for c:=rune(0xfb50);c<=0xfbff;c++{ _,x:=r[c]; _,y:=bo[c]; if !x||!y {miss+=fmt.Sprintf("%U ",c)}}
 fmt.Println(miss)
 for c:=rune(0x600);c<=0x6ff;c++{ _,x:=r[c]; _,y:=bo[c]; if !x||!y {fmt.Printf("%U ",c)}}
 fmt.Println()
 for _,c:=range []rune{0x301,0x64e,0x64b,0x651,0x652,0x654,0x670,0x5b0,0x20e3,0x483}{ fmt.Printf("%U %v %d %d\n",c,r[c],a[c],b[c])}
}
